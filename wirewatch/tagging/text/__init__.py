"""Text as tagging sees it: in one case, with its headline, dateline and language, and lists of words."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)

try:
    from wirewatch.tagging.text import _text as in_c
except ImportError:  # not compiled
    in_c = None  # type: ignore[assignment]
