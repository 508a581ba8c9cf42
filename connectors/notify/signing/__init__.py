"""Signatures of webhooks and the secrets they are made with."""
