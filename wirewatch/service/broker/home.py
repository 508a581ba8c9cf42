"""The managed broker's folder (`<data>/broker`): what is in it, and what a start writes into it."""

import base64
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from pathlib import Path

from wirewatch.errors import WirewatchError

FORMAT_TIMEOUT = 60.0
LOG = "kafka"


@dataclass(frozen=True)
class Home:
    """The places in the folder `root`. Java runs with `root` as working directory and relative names."""

    root: Path

    @property
    def log(self) -> Path:
        """Kafka's own log: the data."""
        return self.root / LOG

    @property
    def properties(self) -> Path:
        """What Kafka is started with; written anew at each start."""
        return self.root / "server.properties"

    @property
    def output(self) -> Path:
        """What Java itself says, of the last start."""
        return self.root / "java.out"

    @property
    def kafka_log(self) -> Path:
        """What Kafka says (see log4j2.properties)."""
        return self.root / "logs" / "kafka.log"

    @property
    def pid(self) -> Path:
        """The running Java."""
        return self.root / "java.pid"

    @property
    def lock(self) -> Path:
        """Held by the process that runs the broker."""
        return self.root / "lock"

    def cluster(self) -> str | None:
        """Return the cluster id that this folder's broker has; None before its first start."""
        try:
            text = (self.log / "meta.properties").read_text(encoding="latin-1")
        except FileNotFoundError:
            return None
        return next((line[11:] for line in text.splitlines() if line.startswith("cluster.id=")), None)

    @property
    def mark(self) -> str:
        """What a Java of this folder carries on its command line."""
        return f"-Dwirewatch.broker={self.root.resolve()}"


def properties(template: str, *, port: int, controller_port: int) -> str:
    """Return the text of a server.properties: `template`, then what wirewatch decides (the last one counts).

    The data folder is relative to the working directory, so no path needs the escapes of a properties file.
    """
    listen, control = f"127.0.0.1:{port}", f"127.0.0.1:{controller_port}"
    return "\n".join(
        (
            template.rstrip("\n"),
            "",
            "# Added by wirewatch",
            f"listeners=PLAINTEXT://{listen},CONTROLLER://{control}",
            f"advertised.listeners=PLAINTEXT://{listen},CONTROLLER://{control}",
            f"controller.quorum.bootstrap.servers={control}",
            f"log.dirs={LOG}",
            "",
        )
    )


def format_storage(home: Home, *, java: str, jars: Path, config: str) -> None:
    """Make the data folder of a new broker, whole or not at all; `config` is the text of its properties.

    Call it only while holding `home.lock`. Raises WirewatchError when Kafka refuses.
    """
    fresh = f"{LOG}.new"
    shutil.rmtree(home.root / fresh, ignore_errors=True)  # of a start that was cut off
    file = home.root / f"{fresh}.properties"
    file.write_text(f"{config}log.dirs={fresh}\n", encoding="latin-1")
    command = [java, "-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{jars.resolve()}/*"]
    command += ["kafka.tools.StorageTool", "format", "--standalone", "-t", cluster_id(), "-c", file.name]
    try:
        done = subprocess.run(
            command, cwd=home.root, capture_output=True, text=True, timeout=FORMAT_TIMEOUT, check=False
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
            raise WirewatchError(f"{home.root}: Kafka could not make its data folder: {lines[-1]}")
        (home.root / fresh).rename(home.log)
    except subprocess.TimeoutExpired:
        raise WirewatchError(
            f"{home.root}: Kafka took over {FORMAT_TIMEOUT:g} s to make its data folder"
        ) from None
    finally:
        file.unlink(missing_ok=True)


def cluster_id() -> str:
    """Return a new cluster id: a UUID in URL-safe base64, with no leading `-` (Kafka reads an option)."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()).startswith("-"):
        pass
    return text
