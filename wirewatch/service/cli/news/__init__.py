"""Commands for what comes in and what is told of it: feeds, articles tagged and scanned, actors, topics."""
