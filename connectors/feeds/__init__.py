"""Reads live feeds into the `articles` topic: fetching, parsing, scheduling, and its own store."""
