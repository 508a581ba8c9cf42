"""The same steps over articles of the past, or over a few."""
