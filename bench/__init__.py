"""How fast and how small wirewatch is, measured on the real parts: `make bench`."""
