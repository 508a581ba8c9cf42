"""Fixtures of the commands' tests."""

import pytest

from tests.service.desk import SHIPPED, Desk


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("watches"))


@pytest.fixture
def desk(module_desk):
    """Return the desk of this module, with the watches that wirewatch ships."""
    module_desk.write(SHIPPED)
    return module_desk
