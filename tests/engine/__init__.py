"""The embedded engine: a conformance suite any runner could be put through, and its own insides."""
