"""Tests: one folder a room; fixtures every room uses are in conftest.py."""
