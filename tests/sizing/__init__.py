"""The arithmetic of docs/sizing.md and the simulation that checks it."""
