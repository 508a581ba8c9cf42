"""Commands for alerts and for who is told of them, and how."""
