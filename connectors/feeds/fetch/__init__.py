"""Asking publishers' servers: bounded, guarded, and with manners. `ask` is the door, `fetcher` does it."""
