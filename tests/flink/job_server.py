"""A Beam job server that takes jobs, and sends them to no cluster: a test says what becomes of them."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import grpc
from apache_beam.portability.api import beam_job_api_pb2 as api
from apache_beam.portability.api import beam_job_api_pb2_grpc as services

if TYPE_CHECKING:
    from collections.abc import Callable


class JobServer(services.JobServiceServicer):
    """Takes each job that it is given, and says of all of them the same."""

    def __init__(self) -> None:
        self.given: list[str] = []
        """The names of the jobs that it was told to run."""
        self.state = api.JobState.RUNNING
        self.when_staged: Callable[[], object] = lambda: None
        """Called after all but the last word of a submission."""
        self.when_run: Callable[[str], object] = lambda name: None
        """Called with the job's name at that."""
        self._name = ""
        self._server = grpc.server(ThreadPoolExecutor(4))
        services.add_JobServiceServicer_to_server(self, self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def close(self) -> None:
        self._server.stop(None).wait(10)

    def DescribePipelineOptions(self, request, context):  # noqa: N802  # Beam's name
        return api.DescribePipelineOptionsResponse()

    def Prepare(self, request, context):  # noqa: N802  # Beam's name
        self._name = request.pipeline_options["beam:option:job_name:v1"]
        self.when_staged()
        return api.PrepareJobResponse(preparation_id="prepared")

    def GetStateStream(self, request, context):  # noqa: N802  # Beam's name
        yield api.JobStateEvent(state=self.state)

    def GetMessageStream(self, request, context):  # noqa: N802  # Beam's name
        yield from ()

    def Run(self, request, context):  # noqa: N802  # Beam's name
        self.given.append(self._name)
        self.when_run(self._name)
        return api.RunJobResponse(job_id="run")

    def GetState(self, request, context):  # noqa: N802  # Beam's name
        return api.JobStateEvent(state=self.state)
