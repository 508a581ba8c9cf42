"""Delivers alerts: outbox, signing, receivers, history."""
