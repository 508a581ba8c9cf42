"""Keeps the tests, and the Python processes they start, on this machine."""

import os
from pathlib import Path

GUARD = str(Path(__file__).parent)
"""Python loads `sitecustomize` from there when it is on PYTHONPATH."""
PYTHON_PATH = os.pathsep.join((GUARD, str(Path(__file__).parents[2])))
"""The same, and the code under test."""
