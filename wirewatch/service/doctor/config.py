"""The config: is it right, and are its secrets kept from others?"""

import stat
from collections.abc import Collection, Iterator
from pathlib import Path

from connectors.feeds.config import FEEDS_FILE
from connectors.kept import FOLDER, Kept
from connectors.notify.routes import ROUTES_FILE
from wirewatch.errors import ConfigError, DependencyMissingError, this_user
from wirewatch.service.config_check import check_config
from wirewatch.service.doctor.check_result import CheckResult, ok, warning, wrong
from wirewatch.service.place import Place
from wirewatch.service.supervisor.daemon import statuses, version_on_disk
from wirewatch.service.supervisor.record import read_record
from wirewatch.service.supervisor.status import restart, settings_changed
from wirewatch.settings import resolve_path
from wirewatch.snapshot import ACTORS_FOLDER, TOPICS_FILE
from wirewatch.watches.parse import WATCHES_FILE
from wirewatch.yaml_files import load_yaml

_NOT_SECRET = frozenset({"ca_file", "cert_file"})
_KEPT = {
    "watches": (WATCHES_FILE, TOPICS_FILE, f"{ACTORS_FOLDER}/"),
    "routes": (ROUTES_FILE,),
    "feeds": (FEEDS_FILE,),
}
"""The files of each config that is kept, by the name that it is kept under."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
MOUNTED = Path("/run/secrets")
"""Where Compose mounts secrets, each with the mode of the file of the host, which other containers read."""


def config(place: Place) -> Iterator[CheckResult]:
    """Would every part take the config?"""
    try:
        checked = check_config(place)
    except ConfigError as error:
        yield wrong("config", str(error), _mend(place, error))
        return
    except DependencyMissingError as error:  # the trained model; the parts but the pipeline go on without
        yield wrong(
            "config", str(error), "install it into the Python that runs wirewatch, as the message says"
        )
        return
    figures = checked.figures
    says = f"{place.config_dir}: watches {figures['watches']}, receivers {figures['receivers']}"
    yield ok("config", says)
    for found in checked.warnings:
        yield warning("config", found.says, found.fix)
    for failed in checked.failed:
        fix = f"correct the route, or the test; `wirewatch routes check{place.options}` runs it again"
        yield warning("config", f"a test in {ROUTES_FILE} fails: {failed}", fix)
    if not figures["receivers"]:
        fix = f"add one below `receivers` (docs/routes.md); then `wirewatch routes check{place.options}`"
        yield warning("config", f"nobody gets alerts: {ROUTES_FILE} names no receiver", fix)


def settings(place: Place) -> Iterator[CheckResult]:
    """Does what runs go by wirewatch.yaml as it is now?"""
    record = read_record(place)
    if record and (changed := settings_changed(statuses(record), version_on_disk(place, record))):
        yield warning("config", changed, restart(place.options))


def _mend(place: Place, error: ConfigError) -> str:
    fix = f"correct it, then run `wirewatch config check{place.options}`"
    kept = place.data_dir / FOLDER
    if not any(_by_copy(place, name, files, error) for name, files in _KEPT.items()):
        return fix
    return f"{fix}; until then the parts run and start with the last good copy, in {kept}"


def _by_copy(place: Place, name: str, files: Collection[str], error: ConfigError) -> bool:
    """Tell whether `error` is in one of `files`, and a copy of them as they were is there.

    What a file names (a secret that is gone) is in no copy.
    """
    copy = Kept(name, config_dir=place.config_dir, data_dir=place.data_dir).last()
    return copy is not None and str(error).startswith(tuple(f"{place.config_dir / file}" for file in files))


def secrets(place: Place) -> Iterator[CheckResult]:
    """May anybody else on this machine read the secrets?"""
    files = sorted(set(_secret_files(place)))
    bad = 0
    for path in files:
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            continue  # of the config's check: made at the first start, or said to be missing
        except OSError as error:
            yield wrong("secrets", f"{path}: {error.strerror}", f"chown {this_user()} {path}")
            bad += 1
            continue
        if mode & _OTHERS and not path.is_relative_to(MOUNTED):
            yield warning(
                "secrets", f"{path}: other users can access it (mode {mode & 0o777:o})", f"chmod 600 {path}"
            )
            bad += 1
    if not bad:
        yield ok("secrets", f"{len(files)} files, none of which other users can access")


def _secret_files(place: Place) -> Iterator[Path]:
    """Yield every file that a setting ending in `_file` names in wirewatch.yaml or routes.yaml."""
    documents = [place.settings.model_dump(), load_yaml(place.config_dir / ROUTES_FILE)]
    for name in _named(documents):
        yield resolve_path(name, config_dir=place.config_dir, data_dir=place.data_dir)


def _named(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and str(name).endswith("_file") and name not in _NOT_SECRET:
                yield inner
            else:
                yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
