"""Finds who and what an article is about.

`search` meets phrases in a `text`; `names` tells which actors of the `catalogue` are meant, `topics` which
topics are spoken of. The tagger has it all.
"""

from wirewatch.tagging import compiled

__path__ = compiled.path(__name__, __path__)

from wirewatch.tagging.build import Phrase
from wirewatch.tagging.builds import Builds
from wirewatch.tagging.catalogue.actors import Actor, Alias, Role
from wirewatch.tagging.catalogue.catalogue import Catalogue, load_catalogue
from wirewatch.tagging.names.found import Rejected
from wirewatch.tagging.tagger import PhraseHit, Tagger, Tags
from wirewatch.tagging.topics.file import load_topics
from wirewatch.tagging.topics.topics import Topic, TopicRules

__all__ = [
    "Actor",
    "Alias",
    "Builds",
    "Catalogue",
    "Phrase",
    "PhraseHit",
    "Rejected",
    "Role",
    "Tagger",
    "Tags",
    "Topic",
    "TopicRules",
    "load_catalogue",
    "load_topics",
]
