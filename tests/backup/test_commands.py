"""backup, restore and migrate refuse what they must, and say what to do."""

import socket
import sqlite3
from contextlib import closing

import pytest

from connectors.feeds.store import open_database as open_feeds
from connectors.notify.store import open_database as open_notify
from pipelines.engines.embedded.store import Store
from tests.notify.support import T0
from tests.ports import free_ports
from tests.service.support import make_site, wait_until
from wirewatch.errors import ConfigError
from wirewatch.service.backup import manifest
from wirewatch.service.backup.manifest import Manifest
from wirewatch.service.backup.restore import restore_backup
from wirewatch.service.place import Place
from wirewatch.settings import Settings

NOTIFY, FEEDS, CHECKPOINT = "notify/notify.db", "feeds/feeds.db", "pipeline/checkpoint.db"


@pytest.fixture
def site(tmp_path):
    """A data folder with a store of each kind, and nothing running; its Kafka is someone else's and away."""
    site = make_site(tmp_path, broker={"start_timeout": 0.5})
    for path, opened in ((NOTIFY, open_notify), (FEEDS, open_feeds), (CHECKPOINT, Store)):
        (site.data / path).parent.mkdir(parents=True)
        opened(site.data / path).close()
    return site


def elsewhere(site, tmp_path):
    return type(site)(site.config, tmp_path / "elsewhere")


def version(path, number):
    with closing(sqlite3.connect(path)) as database:
        if number is not None:
            database.execute(f"PRAGMA user_version = {number}")
        return database.execute("PRAGMA user_version").fetchone()[0]


def test_what_is_backed_up_is_restored_and_says_what_it_could_not_check(site, tmp_path):
    with closing(open_notify(site.data / NOTIFY)) as database:  # in use, with commits still in its WAL
        database.execute("INSERT INTO topics VALUES ('alerts', 'cluster', 'topic')")
        done = site.call("backup", str(tmp_path / "copy"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o700
    assert "feeds, notify, pipeline" in done.stdout

    there = elsewhere(site, tmp_path)
    done = there.call("restore", str(tmp_path / "copy"))
    assert done.returncode == 3  # the stores are there; the broker that could confirm them is away
    assert "the parts check this again when they start" in done.stderr
    assert f"everything is restored to {there.data}; only the check failed" in done.stdout
    assert f"`wirewatch up --config {there.config} --data {there.data}`" in done.stdout
    with closing(sqlite3.connect(there.data / NOTIFY)) as database:
        assert database.execute("SELECT cluster_id FROM topics").fetchall() == [("cluster",)]


def test_a_backup_does_not_replace_another(site, tmp_path):
    (tmp_path / "copy").mkdir()
    done = site.call("backup", str(tmp_path / "copy"))
    assert done.returncode == 2
    assert "already exists" in done.stderr


def test_an_empty_data_folder_is_no_backup(site, tmp_path):
    done = elsewhere(site, tmp_path).call("backup", str(tmp_path / "copy"))
    assert done.returncode == 4
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("harm", ["changed", "missing", "no manifest", "newer"])
def test_a_harmed_backup_is_refused_before_anything_is_written(site, tmp_path, harm):
    copy = tmp_path / "copy"
    assert site.call("backup", str(copy)).returncode == 0
    manifest = copy / "backup.json"
    if harm == "changed":
        data = bytearray((copy / NOTIFY).read_bytes())
        data[len(data) // 2] ^= 1
        (copy / NOTIFY).write_bytes(data)
    elif harm == "missing":
        (copy / FEEDS).unlink()
    elif harm == "no manifest":
        manifest.unlink()
    else:
        manifest.write_text(manifest.read_text().replace('"v": 1', '"v": 2'))
    there = elsewhere(site, tmp_path)
    done = there.call("restore", str(copy))
    assert done.returncode == 4, done.stderr
    assert {path.name for path in there.data.iterdir()} == {"run", "logs"}


def test_a_brokers_port_that_is_taken_is_said_before_anything_is_written(tmp_path):
    settings = Settings(ports=dict(zip(("broker", "broker_controller"), free_ports(2), strict=True)))
    place = Place(settings, tmp_path, tmp_path / "data")
    copy = tmp_path / "copy"
    (copy / "broker" / "kafka").mkdir(parents=True)
    (copy / "broker" / "kafka" / "log").write_text("x")
    manifest.write(copy, Manifest(wirewatch="1", began=T0, ended=T0, files=manifest.measure(copy)))
    with socket.create_server(("127.0.0.1", settings.ports.broker)):
        with pytest.raises(ConfigError, match=rf"port {settings.ports.broker} is taken .*ports\.broker"):
            restore_backup(place, copy)
        assert not (place.data_dir / "broker").exists()
    assert restore_backup(place, copy).parts == ["broker"]


def test_nothing_is_restored_or_migrated_under_a_running_service(site, tmp_path):
    assert site.call("backup", str(tmp_path / "copy")).returncode == 0
    service = site.start("up")
    try:
        wait_until(lambda: site.status()[1], what="the service")
        for arguments in (("restore", str(tmp_path / "copy")), ("migrate",)):
            done = site.call(*arguments)
            assert done.returncode == 6
            assert "`wirewatch down` first" in done.stderr
    finally:
        service.terminate()
        service.communicate()


def test_older_stores_are_brought_up_to_date(site):
    with closing(sqlite3.connect(site.data / FEEDS)) as database:
        database.executescript("DROP TABLE subscriptions; DROP TABLE asked; PRAGMA user_version = 1;")
    done = site.call("migrate", "--check")
    assert "feeds.db: schema 1, would be brought up to 3" in done.stdout
    assert version(site.data / FEEDS, None) == 1
    done = site.call("migrate")
    assert "feeds.db: schema 1, brought up to 3" in done.stdout
    assert version(site.data / FEEDS, None) == 3


@pytest.mark.parametrize(
    ("store", "found", "says"),
    [
        (NOTIFY, 99, "upgrade wirewatch"),
        (CHECKPOINT, 99, "upgrade wirewatch"),
        (CHECKPOINT, 0, "`wirewatch state reset`"),
    ],
)
@pytest.mark.parametrize("command", [("migrate",), ("migrate", "--check")], ids=" ".join)
def test_what_cannot_be_migrated_is_refused_and_nothing_is_changed(site, command, store, found, says):
    with closing(sqlite3.connect(site.data / FEEDS)) as database:
        database.executescript("DROP TABLE subscriptions; DROP TABLE asked; PRAGMA user_version = 1;")
    version(site.data / store, found)
    done = site.call(*command)
    assert done.returncode == 4
    assert says in done.stderr
    assert version(site.data / FEEDS, None) == 1
