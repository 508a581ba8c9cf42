"""Commands that set the service up, run it and its parts, and show how it is."""
