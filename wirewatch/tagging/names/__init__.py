"""Which actor, if any, a name or an office in a text means: local rules, context, dates."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)
