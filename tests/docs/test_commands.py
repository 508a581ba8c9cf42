"""docs/commands.md is what the command line says today."""

import re

from tests.service.test_cli_help import commands
from tools.commands_page import PAGE, page


def test_it_is_current():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_nothing_stands_in_it_that_help_hides():
    assert "--log`" not in page()


def test_every_command_stands_in_it():
    for name in commands():
        assert re.search(rf"^## `wirewatch {name}[ `]", page(), re.MULTILINE), name
