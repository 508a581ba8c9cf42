"""The service: command line, supervisor, health, logs, screen."""
