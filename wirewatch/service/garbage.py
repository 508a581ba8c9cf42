"""How often a process of ours looks for garbage."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 10_000
"""Between two looks. At Python's 700 an import of Beam spends a sixth on them, a batch of articles a
twentieth."""


def look_seldom() -> None:
    """Look for garbage less often than Python does by itself, in this process from now on."""
    gc.set_threshold(_NEW_OBJECTS)
