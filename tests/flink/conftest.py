"""One cluster for all tests of this room that do not kill it."""

import shutil

import pytest

from tests.flink.job_manager import Cluster
from tests.flink.site import FlinkSite, Stream


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/flink/" in str(item.path) and "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def site(broker_address, tmp_path_factory):
    """A cluster of one TaskManager with four slots; skipped where a cluster cannot be had.

    Its folder has a name that a URI would escape: Flink does not.
    """
    for command in ("java", "mvn"):
        if shutil.which(command) is None:
            pytest.skip(f"needs {command} for a Flink cluster")
    site = FlinkSite(tmp_path_factory.mktemp("flink in a wätch"), broker_address, slots=4)
    site.start()
    yield site
    site.stop()


@pytest.fixture
def stream(site):
    """`stream(partitions=2)`: topics and a job of the test's own; the job is cancelled at the end."""
    made = []

    def make(**options):
        made.append(Stream(site, **options))
        return made[-1]

    yield make
    for each in made:
        each.cancel()


@pytest.fixture
def own_site(broker_address, tmp_path):
    """`own_site(slots=2)`: a running cluster that only this test uses, and may kill."""
    made = []

    def make(**flink):
        made.append(FlinkSite(tmp_path / f"site{len(made)}", broker_address, **flink))
        made[-1].start()
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def cluster():
    """A JobManager that knows the jobs it is told of."""
    made = Cluster()
    yield made
    made.close()
