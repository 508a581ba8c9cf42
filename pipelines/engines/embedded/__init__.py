"""A durable Beam runner in one process."""

from pipelines.engines.embedded.hooks import EngineHooks, EngineStats
from pipelines.engines.embedded.loop import LoopSettings
from pipelines.engines.embedded.runner import EmbeddedRunner
from pipelines.engines.embedded.wakeup import wake

__all__ = ["EmbeddedRunner", "EngineHooks", "EngineStats", "LoopSettings", "wake"]
