"""Load on the feeds part: thousands of simulated feeds, one virtual hour, its cost and its manners."""
