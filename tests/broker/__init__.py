"""Tests of the managed broker."""
