"""What pydantic says of config, in the words of who writes YAML."""

import re
from typing import Final

from pydantic_core import ErrorDetails

_SAID: Final = {
    "missing": "must be there",
    "extra_forbidden": "no such setting",
    "string_type": 'must be text; a number, yes or no is text in quotes: "2020"',
    "string_too_short": "says nothing",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
    "tuple_type": "must be a list, as in [a, b]",
    "list_type": "must be a list, as in [a, b]",
    "dict_type": "must be names with values, as in {{name: value}}",
    "model_type": "must be names with values, as in {{name: value}}",
    "model_attributes_type": "must be names with values, as in {{name: value}}",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number, not .inf or .nan",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
}
"""By pydantic's type of error (https://docs.pydantic.dev/latest/errors/validation_errors/)."""


def in_plain_words(error: ErrorDetails) -> str:
    """Return what is wrong and what to write instead; pydantic's own words where there are no better ones."""
    if error["type"] in _SAID:
        return _SAID[error["type"]].format(**error.get("ctx", {}))
    return re.sub(r"^Value error, ", "", error["msg"])
