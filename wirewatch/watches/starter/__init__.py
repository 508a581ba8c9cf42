"""A watch to begin with, written from a few words."""

from wirewatch.watches.starter.request import TagText
from wirewatch.watches.starter.skeleton import skeleton

__all__ = ["TagText", "skeleton"]
