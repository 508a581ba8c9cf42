"""`python -m wirewatch`."""

from wirewatch.service.cli import main

main()
