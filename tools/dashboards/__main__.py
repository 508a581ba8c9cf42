"""Writes config/grafana/dashboards/*.json: `python -m tools.dashboards`."""

from tools.dashboards.files import FOLDER, documents

if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
