"""wirewatch watches the news for what its users care about. This package is the domain."""

__version__ = "0.1.0"
