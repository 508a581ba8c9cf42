"""Commands for watches: written, checked, tested, explained, tried on the past."""
