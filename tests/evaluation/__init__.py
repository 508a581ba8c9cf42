"""Tests of the evaluation sets."""
