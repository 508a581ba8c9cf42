"""Every part that reads config again starts by its last good one when the files are broken meanwhile."""

import contextlib
import os
import shutil

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from connectors.feeds.config import load_feeds
from connectors.feeds.config import version as feeds_version
from connectors.kept import DRAFT, FOLDER, Kept
from connectors.notify.routes import keep_routes
from connectors.notify.signing.secrets import new_secret
from connectors.reload import Reloader
from pipelines.config import keep_up as keep_watches
from pipelines.config import snapshot
from tests.service.support import ROOT
from wirewatch.errors import ConfigError
from wirewatch.part import PartContext
from wirewatch.settings import Settings

ROUTES = "receivers: [{name: desk, webhook: {url: 'http://desk.example', secret_file: secrets/desk}}]\n"
FEEDS = "sources: [{name: wire.example, feeds: [{url: 'https://wire.example/rss'}]}]\n"


def routes(context):
    return [receiver.name for receiver in keep_routes(context).current.receivers]


def watches(context):
    try:
        return keep_watches(context).version
    finally:
        context.stop.set()


def feeds(context):
    file = context.config_dir / "feeds.yaml"
    made = Reloader(context, "feeds", files=lambda: [file], make=load_feeds, version=feeds_version)
    return [feed.url for feed in made.current]


@pytest.fixture
def start(tmp_path):
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config" / "actors", config / "actors")
    for name in ("topics.yaml", "watches.yaml"):
        shutil.copy(ROOT / "config" / name, config)
    (config / "routes.yaml").write_text(ROUTES)
    (config / "feeds.yaml").write_text(FEEDS)
    secret = config / "secrets" / "desk"
    secret.parent.mkdir()
    secret.write_text(new_secret())

    def begin(read):
        context = PartContext(Settings(), config, tmp_path / "data")
        return context, read(context)

    return begin


def test_no_watch_at_all_is_said_in_the_log_and_an_emptied_file_changes_nothing(start):
    context, before = start(watches)
    file = context.config_dir / "watches.yaml"
    file.write_text("")
    with capture_logs() as logs:
        assert start(watches)[1] == before
    assert not [one for one in logs if one["event"] == "nothing_watched"]
    file.write_text("[]")
    with capture_logs() as logs:
        start(watches)
    [said] = [one for one in logs if one["event"] == "nothing_watched"]
    assert (said["log_level"], said["file"]) == ("warning", str(file))


def test_no_version_of_watches_is_told_before_articles_meet_it(start, monkeypatch, eventually):
    monkeypatch.setattr("connectors.reload.LOOK_SECONDS", 0.02)
    context, first = start(keep_watches)
    told = []

    def tell(name, version, *, error):
        told.append((version, snapshot(context.config_dir).version, error))

    monkeypatch.setattr(context.health, "config", tell)
    new = context.config_dir / "new.yaml"
    new.write_text("[]")
    new.replace(context.config_dir / "watches.yaml")  # at once: it may be met while it is still empty
    eventually(lambda: told)
    context.stop.set()
    [(version, met, error)] = told
    assert version == met != first.version
    assert error is None


READ = {"routes": routes, "watches": watches, "feeds": feeds}


@pytest.mark.parametrize("broken", ["{}\n- [half saved", ""], ids=["half saved", "emptied"])
@pytest.mark.parametrize("name", READ)
def test_it_starts_by_the_last_good_one(start, name, broken):
    context, before = start(READ[name])
    assert before
    file = context.config_dir / f"{name}.yaml"
    file.write_text(broken.format(file.read_text()))
    with pytest.raises(ConfigError):
        start_without_a_copy(context, READ[name])
    later, after = start(READ[name])
    assert after == before
    state = later.health.configs()[name]
    assert f"{file}:" in state.error
    assert state.version == context.health.configs()[name].version
    assert REGISTRY.get_sample_value("wirewatch_config_last_reload_successful", {"config": name}) == 0


def start_without_a_copy(context, read):
    read(PartContext(Settings(), context.config_dir, context.data_dir / "another"))


def test_what_is_edited_while_it_is_copied_is_not_kept(tmp_path):
    file = tmp_path / "words"
    file.write_text("one")
    kept = Kept("words", config_dir=tmp_path, data_dir=tmp_path / "data")
    assert kept.keep([file], "1", unchanged=lambda: True)
    assert not kept.keep([file], "2", unchanged=lambda: False)
    assert kept.last().version == "1"
    assert len(list((tmp_path / "data").rglob("words"))) == 2, "the folder of them, and the one copy"


def test_what_a_kill_left_of_a_copy_is_cleared_by_the_next(tmp_path):
    file = tmp_path / "words"
    file.write_text("one")
    left = tmp_path / "data" / FOLDER / "words" / f"{DRAFT}x"
    left.mkdir(parents=True)
    kept = Kept("words", config_dir=tmp_path, data_dir=tmp_path / "data")
    assert kept.last() is None
    kept.keep([file], "1", unchanged=lambda: True)
    assert not left.exists()


def test_for_another_user_nothing_is_kept(tmp_path):
    (tmp_path / "words").write_text("one")
    kept = Kept("words", config_dir=tmp_path, data_dir=tmp_path / "data")
    kept.keep([tmp_path / "words"], "1", unchanged=lambda: True)
    with another_user(tmp_path / "data" / FOLDER):
        assert kept.last() is None
    assert kept.last().version == "1"


@contextlib.contextmanager
def another_user(folder):
    """Be, inside the block, somebody who may not look into `folder`. Root may, so it becomes nobody."""
    user = os.geteuid()
    folder.chmod(0)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o700)


def test_no_secret_is_kept(start):
    context, _ = start(routes)
    secret = (context.config_dir / "secrets" / "desk").read_text()
    copies = [path for path in context.data_dir.rglob("*") if path.is_file()]
    assert [path.name for path in copies] == ["routes.yaml"]
    assert secret not in copies[0].read_text()


def test_a_secret_that_is_gone_is_the_secrets_fault(start):
    context, _ = start(routes)
    (context.config_dir / "secrets" / "desk").unlink()
    with pytest.raises(ConfigError, match="secrets/desk"):
        start(routes)
