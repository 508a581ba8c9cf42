"""Where the config and seeds that come with wirewatch are: in a checkout, or installed as package data."""

from pathlib import Path

from wirewatch.errors import WirewatchError

_PACKAGE = Path(__file__).resolve().parent


def default_config_dir() -> Path:
    """Return the config folder that comes with wirewatch (in a checkout: the demo's)."""
    return _default("config")


def is_default_config(folder: Path) -> bool:
    """Tell whether `folder` is the config that comes along itself, and nobody's own."""
    return folder.resolve() == default_config_dir().resolve()


def default_seeds_dir() -> Path:
    """Return the folder of seed articles that come with wirewatch."""
    return _default("seeds")


def config_file(config_dir: Path, name: str) -> Path:
    """Return the file `name` (`broker/pom.xml`) of `config_dir`, else the one that comes with wirewatch."""
    own = config_dir / name
    return own if own.exists() else default_config_dir() / name


def _default(name: str) -> Path:
    checkout = _PACKAGE.parent
    if (checkout / "pyproject.toml").exists() and (checkout / name).is_dir():
        return checkout / name
    installed = _PACKAGE / f"_{name}"
    if installed.is_dir():
        return installed
    raise WirewatchError(f"{installed}: missing, this installation of wirewatch is broken: install it again")
