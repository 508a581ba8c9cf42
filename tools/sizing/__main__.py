"""Writes docs/sizing.md: `python -m tools.sizing`."""

from tools.sizing.page import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
