"""Incidents: a watch that speaks when many articles meet it, not of each story."""

from wirewatch.watches.incidents.index import IncidentIndex, IncidentOutcome

__all__ = ["IncidentIndex", "IncidentOutcome"]
