import pytest

from wirewatch.text import count, one_line, printable, printable_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The White  House", "The White House", id="two blanks"),
        pytest.param(" oil\u00a0\t\n tanker ", "oil tanker", id="blanks of any kind"),
        pytest.param("tan\u00adker, oil\u200bfield", "tanker, oilfield", id="what is not seen"),
        pytest.param("red \x1b[31malert\x07", "red [31malert", id="terminal escape"),
        pytest.param("Łódź: Tōkyō", "Łódź: Tōkyō", id="letters of any language"),
        pytest.param("می‌خواهم", "می‌خواهم", id="joiners stay"),
    ],
)
def test_one_line(text, expected):
    assert one_line(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Łódź\u00a0: 東京\n", "Łódź\u00a0: 東京\n", id="what is kept"),
        pytest.param("red \x1b[31malert\x07\x85", "red [31malert", id="control characters"),
        pytest.param("a\u202eb\u200dc\ufeff", "abc", id="what turns text round or hides it"),
        pytest.param("a\ud800b", "ab", id="half a character"),
    ],
)
def test_printable(text, expected):
    assert printable(text, keep="\n") == expected
    assert printable(text) == expected.replace("\n", "")


def test_printable_line():
    assert printable_line("two\r\nlines\u2028of \x1b[2Ja\u202eb  text") == "two  lines of [2Jab  text"


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 alerts"), (1, "1 alert"), (2, "2 alerts"), (1234.0, "1,234 alerts")]
)
def test_count(number, expected):
    assert count(number, "alert") == expected
