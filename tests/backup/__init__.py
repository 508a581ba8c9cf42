"""Backup while the service runs, restore elsewhere, migration."""
