"""Tests of the Kafka clients and the managed broker."""
