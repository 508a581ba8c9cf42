"""Text as tagging sees it: in one case, with its headline, dateline and language, and lists of words."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)
