"""Topics: their file, the phrases that show them, and which of them a text has."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)
