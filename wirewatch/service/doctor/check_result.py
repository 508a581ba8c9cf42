"""What a check found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from wirewatch.errors import WirewatchError, of_system

State = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True)
class CheckResult:
    """One line: what was looked at, how it is, and what to do where it is not right."""

    check: str
    state: State
    says: str
    fix: str = ""


def ok(check: str, says: str) -> CheckResult:
    """Return that all is right."""
    return CheckResult(check, "ok", says)


def warning(check: str, says: str, fix: str) -> CheckResult:
    """Return what works and should be looked at."""
    return CheckResult(check, "warning", says, fix)


def wrong(check: str, says: str, fix: str) -> CheckResult:
    """Return what keeps the service from its work."""
    return CheckResult(check, "wrong", says, fix)


def guarded(check: str, run: Callable[[], Iterator[CheckResult]], options: str) -> Iterator[CheckResult]:
    """Yield what `run` finds; an error that is written for a person is a result too, and ends this check.

    `options`: what leads another command here.
    """
    try:
        yield from run()
    except Exception as error:
        known = error if isinstance(error, WirewatchError) else of_system(error, "the disk")
        if known is None:
            raise
        yield wrong(check, str(known), f"once that is mended, `wirewatch doctor{options}` checks the rest")
