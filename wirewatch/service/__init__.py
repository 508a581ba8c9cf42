"""The service: command line, supervisor, managed broker, health, logging."""
