"""What the news is about, counted."""
