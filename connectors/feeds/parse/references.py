"""References to characters that are none (`&#55357;`): XML refuses a whole document for one of them."""

import re
import sys

NO_CHARACTER = 0xFFFD
_SUSPECTS = re.compile(
    rb"""(?:&\#(?:
        0*(?:[0-9] | [12][0-9] | 3[01] | 5[5-7][0-9]{3} | 6553[45] | [1-9][0-9]{6,})
        | [xX]0*(?:1?[0-9a-fA-F] | [dD][0-9a-fA-F]{3} | [fF]{3}[eEfF] | [1-9a-fA-F][0-9a-fA-F]{5,})
    );)+""",
    re.VERBOSE,
)
"""All that are none, and few others: a document in another script may have as many as letters."""


def mended(body: bytes) -> tuple[bytes, list[str]]:
    """Return `body` without references to no character (XML 1.0, 2.2), and the problem that they were.

    A pair of halves (UTF-16), as writers of Java and JavaScript make them of an emoji, becomes the character,
    whatever else U+FFFD; control characters go. In CDATA nothing is a reference until the HTML there is read:
    it then says the same.
    """
    places = 0

    def mend(found: re.Match[bytes]) -> bytes:
        nonlocal places
        codes = [code_of(each[2:]) for each in found[0].decode().split(";")[:-1]]
        halves = "".join(map(_allowed, codes)).encode("utf-16-le", "surrogatepass")
        characters = halves.decode("utf-16-le", "replace")
        if [ord(each) for each in characters] == codes:
            return found[0]
        places += 1
        return "".join(f"&#{ord(each)};" for each in characters).encode()

    body = _SUSPECTS.sub(mend, body)
    problem = f"not well-formed: references to what is no character, in {places} places"
    return body, [problem] if places else []


def code_of(digits: str) -> int:
    """Return what `x1f600` or `128512` is the number of; NO_CHARACTER where it is beyond Unicode."""
    try:
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    except ValueError:  # more digits than Python reads
        return NO_CHARACTER
    return code if code <= sys.maxunicode else NO_CHARACTER


def _allowed(code: int) -> str:
    if code < 0x20 and chr(code) not in "\t\n\r":
        return " " if chr(code).isspace() else ""
    return "\ufffd" if code in {0xFFFE, 0xFFFF} else chr(code)
