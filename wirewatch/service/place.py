"""Which config folder and which data folder a command works on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from wirewatch.errors import ConfigError, this_user, why
from wirewatch.resources import default_config_dir
from wirewatch.settings import SETTINGS_FILE, Settings, load_versioned

CONFIG_VARIABLE = "WIREWATCH_CONFIG"
DATA_VARIABLE = "WIREWATCH_DATA"


@dataclass(frozen=True)
class Place:
    """The settings and folders of one command; both folders absolute."""

    settings: Settings
    config_dir: Path
    data_dir: Path
    options: str = ""
    """What leads another command here, as it was typed (` --config DIR`), to be put behind its name."""
    version: str = ""
    """Of wirewatch.yaml alone: environment and command line are one process's own. Empty: it was not read."""
    broken: ConfigError | None = None
    """What is wrong with the settings on disk, in whose place the defaults stand (see find_running)."""

    @property
    def log_dir(self) -> Path:
        """Where the parts' logs are."""
        return self.data_dir / "logs"

    @property
    def run_dir(self) -> Path:
        """Where locks and the supervisor's state are."""
        return self.data_dir / "run"

    def make_folders(self) -> None:
        """Make the data folder with what every process needs of it.

        Raises ConfigError when it cannot be made or written.
        """
        for folder in (self.run_dir, self.log_dir):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ConfigError(
                    f"the data folder {self.data_dir} cannot be created: {why(error)}"
                ) from error
            if not os.access(folder, os.W_OK | os.X_OK):
                raise ConfigError(
                    f"the data folder {self.data_dir} cannot be written: {folder} is "
                    f"read-only for {this_user()}, the user wirewatch runs as"
                )


def find_config(
    given: Path | None, environ: Mapping[str, str] = os.environ, here: Path | None = None
) -> tuple[Path, bool]:
    """Return (config folder, whether it is the `config/` of the current folder).

    First of: `given`, $WIREWATCH_CONFIG, ./config when it holds wirewatch.yaml, the one that comes along.
    """
    here = here or Path.cwd()
    local = (here / "config").resolve()
    if given is not None or environ.get(CONFIG_VARIABLE):
        chosen = (here / (given or Path(environ[CONFIG_VARIABLE]))).resolve()
        return chosen, chosen == local
    if (local / SETTINGS_FILE).is_file():
        return local, True
    return default_config_dir(), False


def find_place(
    config: Path | None = None,
    data: Path | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    here: Path | None = None,
) -> Place:
    """Return where a command works; reads the settings, makes nothing.

    The data folder is the first of: `data`, $WIREWATCH_DATA, the setting `data_dir` (relative to the config
    folder), ./data where the config is ./config (named or not), the user's data folder. Raises ConfigError.
    """
    here = here or Path.cwd()
    config_dir, local = find_config(config, environ, here)
    if not config_dir.is_dir():
        raise ConfigError(f"{config_dir}: no such config folder; `wirewatch init {config_dir}` creates one")
    settings, version = load_versioned(config_dir)
    if data is not None or environ.get(DATA_VARIABLE):
        data_dir = here / (data or Path(environ[DATA_VARIABLE]))
    elif settings.data_dir is not None:
        data_dir = config_dir / Path(settings.data_dir).expanduser()
    elif local:
        data_dir = here / "data"
    else:
        data_dir = platformdirs.user_data_path("wirewatch")
    return Place(settings, config_dir, data_dir.resolve(), version=version)


def find_running(
    config: Path | None = None, data: Path | None = None, *, environ: Mapping[str, str] = os.environ
) -> Place:
    """Return `find_place`, but with a data folder given also for settings that were broken since the start.

    A service must be able to be stopped whatever its config holds by now; the settings are then the defaults.
    Raises ConfigError.
    """
    try:
        return find_place(config, data, environ=environ)
    except ConfigError as error:
        given = data or environ.get(DATA_VARIABLE)
        if not given:
            raise ConfigError(f"{error}; with --data DIR this command works all the same") from error
        folder = find_config(config, environ)[0]
        return Place(Settings(), folder, Path(given).resolve(), broken=error)
