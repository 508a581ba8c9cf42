"""The catalogue of actors: its files, what is wrong with them, and what can be asked of it."""
