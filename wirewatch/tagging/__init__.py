"""Finds who and what an article is about: actor catalogue, automaton, resolver, topics."""
