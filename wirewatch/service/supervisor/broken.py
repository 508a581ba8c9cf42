"""What is said of config that is read while the service runs: that it broke, and that it is mended. Pure."""

from collections.abc import Sequence

from wirewatch.service.supervisor.status import PartStatus, last_good


class BrokenConfig:
    """Says each fault once, however often its part is started again meanwhile."""

    def __init__(self) -> None:
        self._errors: dict[str, tuple[str, ...]] = {}
        """By part, as it said last."""

    def news(self, parts: Sequence[PartStatus]) -> list[str]:
        """Return what there is to say of `parts` since the last look, a line each."""
        before = self._all()
        # One that does not answer, as while it is started again, says nothing of its config.
        self._errors |= {part.name: part.config_errors for part in parts if part.configs}
        now = self._all()
        lines = [last_good(error) for error in sorted(now - before)]
        return [*lines, "the saved config is in force again"] if before and not now else lines

    def _all(self) -> set[str]:
        return {error for errors in self._errors.values() for error in errors}
