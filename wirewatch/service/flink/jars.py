"""The jars of Flink and of Beam's runner for it."""

from typing import Final

from wirewatch.service.jars import JarSet
from wirewatch.service.java import Need

NEED: Final = Need(
    "a Flink cluster on this machine",
    "Flink and Beam's runner",
    "or name a cluster and a job server you have (flink.master and flink.job_server in wirewatch.yaml)",
)
FLINK: Final = JarSet(
    name="flink", pom="flink/pom.xml", size="200 MB", proof="beam-runners-flink-*.jar", need=NEED
)
