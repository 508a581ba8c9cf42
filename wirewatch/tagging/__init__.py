"""Finds who and what an article is about: actor catalogue, automaton, resolver, topics."""

from wirewatch.tagging import compiled

__path__ = compiled.path(__path__)

from wirewatch.tagging.actors import Actor, Alias, Role
from wirewatch.tagging.build import Phrase
from wirewatch.tagging.builds import Builds
from wirewatch.tagging.catalogue import Catalogue, load_catalogue
from wirewatch.tagging.found import Rejected
from wirewatch.tagging.tagger import PhraseHit, Tagger, Tags
from wirewatch.tagging.topic_file import load_topics
from wirewatch.tagging.topics import Topic, TopicRules

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
