"""Silences: for a while, some alerts are told nobody; what they are, and their place in notify.db."""
