"""Files of another user, and a full disk: said in a line, with what to do, and no traceback."""

import contextlib
import errno
import os

import pytest

from connectors.notify.signing.secrets import new_secret, secrets_of_file
from wirewatch.errors import ConfigError, of_system, why
from wirewatch.service.doctor.finding import guarded, ok

NOBODY = 65534


@contextlib.contextmanager
def shut_out(folder):
    """Have this process no right to look into `folder` within the block."""
    folder.chmod(0o700 if os.geteuid() == 0 else 0)
    with contextlib.ExitStack() as undo:
        if os.geteuid() == 0:
            undo.callback(os.seteuid, 0)
            os.seteuid(NOBODY)
        else:
            undo.callback(folder.chmod, 0o700)
        yield


@pytest.fixture
def path(tmp_path):
    """A secret as root's are for a service that runs as somebody else."""
    path = tmp_path / "secrets" / "desk"
    path.parent.mkdir()
    path.write_text(new_secret())
    return path


def test_a_secret_of_somebody_else_is_told_with_what_to_do(path):
    with shut_out(path.parent), pytest.raises(ConfigError, match="Permission denied; wirewatch runs as"):
        secrets_of_file(path, "receiver desk")


def test_one_that_becomes_so_leaves_the_last_in_force(path):
    secret = secrets_of_file(path, "receiver desk")
    before = secret()
    path.write_text(new_secret())
    with shut_out(path.parent):
        assert secret() == before


def test_doctor_goes_on_to_the_next_check(path):
    with shut_out(path.parent):
        (found,) = guarded("secrets", lambda: iter([ok("secrets", str(path.stat()))]))
    assert (found.state, found.says.partition(";")[0]) == ("wrong", f"{path}: Permission denied")


SAID = {
    "rights": (
        PermissionError(errno.EACCES, "Permission denied", "/x"),
        2,
        "/x: Permission denied; wirewatch",
    ),
    "room": (
        OSError(errno.ENOSPC, "No space left on device"),
        1,
        "/data: No space left on device; make room",
    ),
}


@pytest.mark.parametrize(("error", "code", "says"), SAID.values(), ids=SAID)
def test_what_a_person_can_mend(error, code, says):
    known = of_system(error, "/data")
    assert (known.exit_code, str(known)[: len(says)]) == (code, says)


def test_all_else_is_unexpected():
    assert of_system(OSError(errno.EIO, "Input/output error"), "/data") is None
    assert of_system(PermissionError(errno.EPERM, "Operation not permitted"), "/data") is None  # a signal
    assert why(OSError(errno.EIO, "Input/output error")) == "Input/output error"
