"""The graph and its steps."""
