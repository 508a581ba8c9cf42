"""Runs the parts on one machine: starts, restarts, stops, and tells how they are."""
