"""The dashboards as the files that Grafana is given."""

import json
from itertools import count
from pathlib import Path
from typing import Any, Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tools.dashboards import delivery, feeds, news, pipeline

FOLDER: Final = Path(__file__).parents[2] / "config" / "grafana" / "dashboards"
DASHBOARDS: Final = {"news": news, "pipeline": pipeline, "feeds": feeds, "delivery": delivery}


def documents() -> dict[str, str]:
    """Return each dashboard as JSON, by file name."""
    return {f"{name}.json": _document(module.build().build()) for name, module in DASHBOARDS.items()}


def _document(made: object) -> str:
    plain: dict[str, Any] = json.loads(JSONEncoder(sort_keys=True).encode(made))
    numbers = count(1)
    for panel in plain["panels"]:  # Grafana would number them anew at each load
        panel["id"] = next(numbers)
    return json.dumps(plain, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
