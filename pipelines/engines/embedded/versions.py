"""The one version of Apache Beam whose private modules this engine was written against."""

import apache_beam

from wirewatch.errors import DependencyMissingError

BEAM_VERSION = "2.77.0"


def require_beam(found: str = apache_beam.__version__) -> None:
    """Raise DependencyMissingError unless Beam is exactly the version the engine was tested with."""
    if found != BEAM_VERSION:
        raise DependencyMissingError(
            f"the embedded engine needs apache-beam {BEAM_VERSION} exactly, found {found}: "
            f"pip install apache-beam=={BEAM_VERSION}"
        )
