"""What users watch for: watches, how an article meets them, and which story it belongs to."""
