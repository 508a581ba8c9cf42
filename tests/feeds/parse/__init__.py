"""Tests of connectors.feeds.parse."""
