import pytest

from wirewatch.tagging.text.headline import in_title_case


class Counted(str):
    """A text that knows how much of it was copied."""

    __slots__ = ("copied",)

    def __getitem__(self, where):
        part = super().__getitem__(where)
        self.copied = getattr(self, "copied", 0) + len(part)
        return part


@pytest.mark.parametrize("line", [" Putin", " Putin" * 30 + "\n", "Putin\n"])
def test_a_look_at_the_line_around_copies_no_more_of_a_long_text(line):
    text = Counted(line * (300_000 // len(line)))
    for start in (0, 140, 160, 150_000, 299_000):
        in_title_case(text, start, start + 5)
    assert text.copied < 5 * 400
