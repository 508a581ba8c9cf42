"""Metrics: what is counted, under which names, and how it is shown."""
