"""A watch to begin with, written from a few words."""

from wirewatch.watches.starter.skeleton import TagText, skeleton

__all__ = ["TagText", "skeleton"]
