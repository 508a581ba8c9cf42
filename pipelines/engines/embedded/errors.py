"""What the engine refuses, and which of a bundle's failures no retry can mend."""

from wirewatch.errors import WirewatchError


class UnsupportedGraphError(WirewatchError):
    """The pipeline uses something of Beam that this engine does not run; the message names the transform."""


def fatal_cause(error: BaseException) -> WirewatchError | None:
    """Return the WirewatchError behind a bundle's failure as it was first raised, or None.

    Beam re-raises what a DoFn raised as a copy with the step's name in its text; the original is the copy's
    `__context__` (apache_beam.runners.common.DoFnRunner._reraise_augmented).
    """
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        rewritten = getattr(at, "_tagged_with_step", False) and at.__context__ is not None
        if isinstance(at, WirewatchError) and not rewritten:
            return at
        at = at.__context__ if rewritten else at.__cause__ or at.__context__
    return None
