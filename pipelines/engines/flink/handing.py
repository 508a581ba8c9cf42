"""Beam's client for a job server, with a last look before it asks for what cannot be undone."""

from collections.abc import Callable
from typing import Any

from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.portable_runner import JobServiceHandle, PortableRunner


class HandingRunner(PortableRunner):
    """A PortableRunner that calls `before` when all is staged, right before the job server is told to run it.

    Until then nothing has happened; what `before` raises comes out of `Pipeline.run`. Staging takes seconds.
    """

    def __init__(self, before: Callable[[], None]) -> None:
        super().__init__()
        self._before = before

    def create_job_service_handle(self, job_service: Any, options: PipelineOptions) -> JobServiceHandle:  # noqa: ANN401  # Beam's
        """Return the handle that submits."""
        return _Handle(job_service, options, self._before)


class _Handle(JobServiceHandle):
    def __init__(self, job_service: Any, options: PipelineOptions, before: Callable[[], None]) -> None:  # noqa: ANN401
        super().__init__(job_service, options)
        self._before = before

    def run(self, preparation_id: str) -> Any:  # noqa: ANN401
        self._before()
        return super().run(preparation_id)
