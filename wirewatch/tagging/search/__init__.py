"""One search for every phrase that matters: actors, the words beside them, topics and watch phrases."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)
