"""Tests of the records' schemas and their evolution."""
