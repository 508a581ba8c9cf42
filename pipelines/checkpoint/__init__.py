"""What the embedded engine's checkpoint holds of watches, read and tidied beside the graph."""
