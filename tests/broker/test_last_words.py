"""Why Kafka ended, as its log has it."""

import pytest

from wirewatch.service.broker.process import cause

AT = "2026-01-05T12:00:00,000+0000"
TRACE = "\tat kafka.Kafka$.main(Kafka.scala:99)"
BIND = "org.apache.kafka.common.KafkaException: Socket server failed to bind to 127.0.0.1:9092: In use"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param([f"{AT} INFO x: started"], "", id="no error"),
        pytest.param(
            [
                f"{AT} ERROR KafkaServer: Fatal error during startup. Prepare to shutdown",
                BIND,
                TRACE,
                "Caused by: java.net.BindException: In use",
                f"{AT} INFO KafkaServer: shutting down",
                f"{AT} ERROR Kafka$: Exiting Kafka due to fatal exception",
                BIND,
                TRACE,
                "Caused by: java.net.BindException: In use",
                "\t... 4 more",
            ],
            BIND,
            id="a port, in the head and below",
        ),
        pytest.param(
            [
                f"{AT} ERROR Kafka$: Exiting Kafka due to fatal exception",
                "java.lang.RuntimeException: No log",
                TRACE,
                "Caused by: java.lang.Error: outer",
                "Caused by: java.io.IOException: Disk quota exceeded",
            ],
            "java.lang.RuntimeException: No log; Caused by: java.io.IOException: Disk quota exceeded",
            id="why is innermost",
        ),
        pytest.param(
            [
                f"{AT} ERROR Kafka$: Exiting Kafka due to fatal exception during startup.",
                "java.lang.RuntimeException: Waiting for all acceptors",
                "Caused by: java.lang.RuntimeException: Unable to start acceptor",
                f"Caused by: {BIND}",
                "Caused by: java.net.BindException: In use",
            ],
            f"java.lang.RuntimeException: Waiting for all acceptors; Caused by: {BIND}",
            id="a port, as Kafka 4 tells it",
        ),
        pytest.param(
            [f"{AT} ERROR x: of an earlier start", BIND, f"{AT} ERROR LogDirs: all log dirs have failed"],
            f"{AT} ERROR LogDirs: all log dirs have failed",
            id="no trace",
        ),
        pytest.param(
            [f"{AT} ERROR LogDirs: all log dirs have failed", f"{AT} INFO x: kafka.Kafka ends"],
            f"{AT} ERROR LogDirs: all log dirs have failed",
            id="no trace, and a line after it",
        ),
    ],
)
def test_cause(lines, says):
    assert cause(lines) == says
