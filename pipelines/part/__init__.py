"""The part `pipeline`: runs the graph on an engine, and says how it is."""
