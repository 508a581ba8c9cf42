"""Long runs: kills, outages, steady load and rest, with what they cost. `make soak` writes the report."""
