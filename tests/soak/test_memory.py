"""Whether memory grows, on lives whose answer is known."""

import pytest

from tests.soak.memory import growing, growth, longest_lives

MB = 1_000_000.0


def life(*sizes):
    """A life of these sizes in MB, evenly over a quarter of an hour."""
    return [(900 * n / (len(sizes) - 1), size * MB) for n, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("part", "course", "grows"),
    [
        pytest.param("pipeline", life(200, *[300] * 9, *[302] * 10), False, id="warm after its first half"),
        pytest.param("pipeline", life(*range(200, 300, 5)), True, id="to the end"),
        pytest.param("pipeline", life(*[300] * 18, 400, 400), True, id="at its end"),
        pytest.param("kafka", life(*range(200, 300, 5)), False, id="a heap that is bounded"),
        pytest.param("pipeline", life(*range(200, 300, 5))[:10], False, id="too short a life to tell"),
    ],
)
def test_what_grows(part, course, grows):
    assert bool(growing({part: course})) is grows


def test_growth_is_from_the_middle_to_the_end():
    assert growth([1.0, 1, 2, 2, 4, 4]) == 2
    assert growth([5.0]) == 1


def test_the_longest_of_many_lives_is_looked_at():
    samples = [{"elapsed": n, "parts": {"notify": {"pid": 1 + (n > 2), "rss": n}}} for n in range(9)]
    assert longest_lives(samples) == {"notify": (2, [(n, n) for n in range(3, 9)])}
