"""Tests of connectors.feeds.fetch."""
