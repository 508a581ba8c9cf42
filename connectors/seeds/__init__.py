"""Replays article files into the `articles` topic."""
