"""A copy of all that the service keeps, taken while it runs, and the way back."""
