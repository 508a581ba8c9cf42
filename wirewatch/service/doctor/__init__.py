"""`wirewatch doctor`: everything that must be right around the service, and how to put it right."""
