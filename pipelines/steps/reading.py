"""Has a trained model read the articles that open or update a story: their alerts carry what it finds.

What a model costs or cannot read never keeps an alert back: it is then told without, and counted.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

import structlog

from pipelines import metrics
from wirewatch.reading import Readable, Reading
from wirewatch.tagging.trained import TrainedModel

log = structlog.get_logger(__name__)

BUNDLE_SECONDS: Final = 2.0
"""Reading in one bundle: some 30 alerts of a small model. A backlog of alerts must not wait for names, nor
the stop of the engine, which has 5 s, for a bundle full of them."""
UNREAD_REASONS: Final = ("failed", "no_time", "other_language")

_models: dict[str, TrainedModel] = {}
_lock = threading.Lock()


def trained_model(name: str) -> TrainedModel:
    """Return this process's one, loaded at the first call. Raises DependencyMissingError."""
    with _lock:
        if name not in _models:
            started = time.perf_counter()
            _models[name] = TrainedModel(name)
            log.info("model_loaded", model=_models[name].name, took_s=round(time.perf_counter() - started, 2))
        return _models[name]


class ModelReader:
    """Reads for one bundle at a time, for as long as there is time. `clock` is monotonic, in seconds."""

    def __init__(self, model: TrainedModel, clock: Callable[[], float] = time.monotonic) -> None:
        self._model = model
        self._clock = clock
        self._left = 0.0
        for reason in UNREAD_REASONS:
            metrics.UNREAD.labels(reason=reason)  # a counter that begins at 1 never increased

    def begin(self) -> None:
        """Begin a bundle."""
        self._left = BUNDLE_SECONDS

    def read(self, readable: Readable, article: str | None) -> Reading | None:
        """Return what an alert carries of `readable`, the text of the article with this id; None: unread."""
        if not self._model.reads(readable.language):
            metrics.UNREAD.labels(reason="other_language").inc()
            return None
        if self._left <= 0:
            metrics.UNREAD.labels(reason="no_time").inc()
            return None
        started = self._clock()
        try:
            return self._model.read(readable).brief()
        except Exception:
            log.exception("reading_failed", model=self._model.name, article=article)
            metrics.UNREAD.labels(reason="failed").inc()
            return None
        finally:
            took = self._clock() - started
            self._left -= took
            metrics.READING_SECONDS.observe(took)
