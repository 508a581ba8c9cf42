"""Tests of notify: outbox, signing, delivery, the guard."""
