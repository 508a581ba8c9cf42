"""Builds config/actors from the facts and the hand-written overlays beside this file."""
