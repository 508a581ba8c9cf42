"""Tests of the live feeds, against a server of their own."""
