"""Tests of the watches room."""
