"""The golden alerts, for whoever shows alerts."""

from pathlib import Path

from wirewatch.alert import Alert
from wirewatch.records import ALERTS


def golden_alert(name: str) -> Alert:
    """Return `golden/alert.v1-NAME.json`."""
    return ALERTS.decode((Path(__file__).parent / "golden" / f"alert.v1-{name}.json").read_bytes())
