"""Groups: alerts told together, when, and again: a pure state machine, and its place in notify.db."""
