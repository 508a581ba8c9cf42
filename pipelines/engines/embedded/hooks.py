"""What the engine tells of itself: counters, and callbacks for metrics and health."""

from dataclasses import dataclass


@dataclass
class EngineStats:
    """Counters since the start, and sizes as of the last commit."""

    commits: int = 0
    bundles: int = 0
    state_cells: int = 0
    state_rows: int = 0
    state_bytes: int = 0
    held: int = 0  # inputs of stable-input stages that wait for their flush
    residuals: int = 0  # positions of the sources


class EngineHooks:
    """Override what you need. Called on the engine's thread between bundles: be quick, do not raise."""

    def on_bundle(self, transforms: str, seconds: float) -> None:
        """Say that a bundle of the stage with these transforms succeeded."""

    def on_commit(self, stats: EngineStats, seconds: float) -> None:
        """Say that a commit is on disk; `seconds` is its own time."""

    def on_failure(self, error: Exception, attempt: int) -> None:
        """Say that an epoch was abandoned, for the `attempt`th time in a row (1 first); it will be rerun."""

    def on_recovery(self) -> None:
        """Say that the epoch which had failed went through."""

    def on_replay(self, inputs: int) -> None:
        """Say that so many held inputs are about to be sent again."""
