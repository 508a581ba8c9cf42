"""A durable Beam runner in one process."""
