"""One enum of rejection reasons, shared by dead letters, metrics and logs."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a record became a dead letter. Values are metric labels: add, never rename."""

    UNDECODABLE = "undecodable"
    """Not JSON, or not of the topic's schema."""
    DATED_AHEAD = "dated_ahead"
    """An article from after it was fetched: no connector of ours writes one."""
    FIELD_TOO_LONG = "field_too_long"
    """A field of an article is over its bound: no connector of ours writes one."""
    TOO_LARGE = "too_large"
    """Over the topic's size limit."""
    TAG_FAILED = "tag_failed"
    """Tagging raised."""
    MATCH_FAILED = "match_failed"
    """Matching watches raised."""
    STORY_FAILED = "story_failed"
    """Deciding the story raised."""
    BAD_ALERT = "bad_alert"
    """notify could not read an alert."""
