"""Story decisions as timelines, and that they do not hang on how the state was loaded."""

import random
from datetime import timedelta
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watches.cells import Cells, matched
from tests.watches.world import NOW, START, article
from wirewatch.errors import StateRefusedError
from wirewatch.ids import alert_id, story_id
from wirewatch.watches.likeness.fingerprint import Fingerprint
from wirewatch.watches.match import MAX_STORIES, StoryPolicy, VolumePolicy
from wirewatch.watches.stories.entries import BUCKET, CELLS, decode, home, to_micros
from wirewatch.watches.stories.index import CROWD, StoryIndex

PARAGRAPHS = tuple(
    f"News paragraph {n} tells at length of the {word} that the {word} committee found in the {word} harbour."
    for n, word in enumerate(["granite", "timber", "copper", "velvet", "marble", "walnut"])
)


def report(n, *, at=0.0, source=None, paragraphs=PARAGRAPHS, id_=None, revision=0):
    """The n-th copy of one wire report."""
    source = source or f"source{n}.example"
    return article(
        "Harbour committee finds granite",
        *paragraphs,
        id_=id_ or f"copy{n}",
        at=at,
        source=source,
        revision=revision,
    )


OTHERS = ["budget vote", "football final", "train strike", "coastal flood", "space launch", "court ruling"]


def other(n, *, at=0.0):
    """One of many reports that have nothing to do with each other."""
    what = f"{OTHERS[n % 6]} item{n}x alpha{n * 7}y"
    text = f"News of {what}: gamma{n}q met delta{n}r by epsilon{n}s of zeta{n}t while eta{n}u slept."
    return article(what.title(), text, id_=f"other{n}", at=at)


def test_a_story_is_told_once_and_counted():
    cells = Cells()
    first = cells.take(report(0)).alert
    assert (first.id, first.status, first.step) == (
        alert_id(story_id("w", "copy0"), "opened"),
        "opened",
        "opened",
    )
    assert first.expires_at == START + timedelta(hours=72)
    assert cells.take(report(1, at=1)).alert is None
    third = cells.take(report(2, at=2)).alert
    assert (third.id, third.status, third.step) == (
        alert_id(first.story.id, "sources:3"),
        "updated",
        "sources:3",
    )
    assert (third.story.articles, third.story.sources) == (3, 3)
    assert (third.story.first, third.story.last) == (START, START + timedelta(hours=2))
    assert third.expires_at == START + timedelta(hours=74)
    assert third.alerted == NOW


def test_a_story_untold_for_a_volume_is_opened_by_its_next_article():
    """However the state is loaded, and with the steps it has reached by then."""
    counting = StoryPolicy(window=72 * 3600, update_at=(3, 10), volume=VolumePolicy(50, "sources", 7200.0))
    cells = Cells(counting)
    assert cells.told(*(report(n, at=n / 6) for n in range(5))) == [None] * 5
    cells.index, cells.policy = cells.loaded(shuffle=1), StoryPolicy(window=72 * 3600, update_at=(3, 10))
    told = cells.take(report(5, at=1)).alert
    assert (told.id, told.status) == (alert_id(story_id("w", "copy0"), "opened"), "opened")
    assert (told.step, told.story.articles, told.story.sources) == ("opened", 6, 6)
    cells.index = cells.loaded(shuffle=2)
    assert cells.told(*(report(n, at=n / 6) for n in range(6, 12))) == [*[None] * 3, "sources:10", None, None]
    cells.policy = counting
    cells.take(other(1, at=3))
    cells.policy = StoryPolicy(window=72 * 3600, update_at=())
    assert cells.told(report(12, at=2.5), other(1, at=3), other(2, at=3)) == [None, None, "opened"]


def test_a_volume_put_in_leaves_the_steps_of_a_story_as_they_were():
    cells = Cells()
    assert cells.told(report(0), report(1)) == ["opened", None]
    cells.policy = StoryPolicy(window=72 * 3600, volume=VolumePolicy(50, "sources", 7200.0))
    assert cells.told(report(2), report(3)) == [None, None]
    cells.policy = StoryPolicy(window=72 * 3600, update_at=(3, 10))
    assert cells.told(report(4), report(5)) == ["sources:3", None]


def test_forty_copies_in_any_order():
    orders = [random.Random(seed).sample(range(40), 40) for seed in range(10)]
    for order in (range(40), reversed(range(40)), *orders):
        cells = Cells(StoryPolicy(window=72 * 3600, update_at=(3, 10, 40)))
        steps = cells.told(*(report(n, at=n / 40) for n in order))
        assert [step for step in steps if step] == ["opened", "sources:3", "sources:10", "sources:40"]
        (story,) = cells.index._stories.values()
        assert (story.articles, len(story.sources)) == (40, 40)


TIMELINES = {
    "the same source again is no new source": (
        [report(n, source="one.example") for n in range(12)],
        ["opened"] + [None] * 11,
    ),
    "a revision counts nothing": (
        [
            report(0),
            report(1),
            report(0, revision=1, source="x.example"),
            report(0, revision=2, source="y.example"),
        ],
        ["opened", None, None, None],
    ),
    "a copy cut to half": ([report(0), report(1, paragraphs=PARAGRAPHS[:3])], ["opened", None]),
    "a copy with its end first": ([report(0), report(1, paragraphs=PARAGRAPHS[3:])], ["opened", None]),
    "a cut copy, then the whole": ([report(0, paragraphs=PARAGRAPHS[:2]), report(1)], ["opened", None]),
    "another event": ([report(0), other(1)], ["opened", "opened"]),
    "after the window": ([report(0), report(1, at=73)], ["opened", "opened"]),
    "the window runs from the last": (
        [report(n, at=70 * n) for n in range(3)],
        ["opened", None, "sources:3"],
    ),
    "late, but within the window": ([report(0, at=60), report(1, at=0)], ["opened", None]),
    "too early": ([report(0, at=73), report(1, at=0)], ["opened", "opened"]),
    "at most 14 days": (
        [report(n, at=70 * n, source="one.example") for n in range(6)],
        ["opened", None, None, None, None, "opened"],
    ),
    "older than all that is kept": ([report(0, at=24 * 20), report(1)], ["opened", "opened"]),
}


@pytest.mark.parametrize(("items", "steps"), TIMELINES.values(), ids=TIMELINES)
def test_timeline(items, steps):
    assert Cells().told(*items) == steps


def test_several_steps_at_once_tell_the_highest():
    cells = Cells(StoryPolicy(window=72 * 3600, update_at=()))
    cells.told(*(report(n) for n in range(11)))
    cells.policy = StoryPolicy(window=72 * 3600, update_at=(3, 10))  # the watch was edited
    assert cells.told(report(11), report(12)) == ["sources:10", None]


def test_a_replayed_match_changes_nothing():
    cells = Cells()
    cells.told(report(0), report(1), report(2))
    before = cells.entries()
    assert cells.told(report(2), report(0), report(1)) == [None, None, None]
    assert cells.entries() == before


def test_the_oldest_go_when_there_is_no_room():
    cells = Cells(StoryPolicy(window=72 * 3600, max_stories=5))
    cells.told(*(other(n, at=n) for n in range(8)))
    assert (len(cells.index), cells.evicted) == (5, 3)
    again = [
        article("x" + item.title, *item.paragraphs, id_=f"again{n}", at=8)
        for n, item in enumerate(map(other, range(8)))
    ]
    # The newest five are known; the rest were given up, and each that comes again makes another go.
    assert cells.told(*reversed(again))[:5] == [None] * 5


def test_what_is_given_up_leaves_the_state():
    cells = Cells(StoryPolicy(window=72 * 3600, max_stories=10))
    for n in range(400):
        cells.take(other(n, at=n))
    assert len(cells.entries()) <= 10 + 6  # what is kept, and the rest of the oldest one's bucket


def test_what_is_too_old_leaves_the_state():
    cells = Cells()
    for n in range(120):
        cells.take(other(n, at=6 * n))
    alive = 14 * 4 + 1
    assert len(cells.entries()) == len(cells.index) == alive
    for n in range(3):
        cells.take(other(1000 + n, at=24 * 365 + n))
    assert len(cells.entries()) == len(cells.index) == 3


def test_one_article_dated_far_ahead_ages_no_story():
    cells = Cells()
    told = cells.told(report(0), report(1, at=1), other(1, at=24 * 365 * 80), other(2, at=24 * 365 * 90))
    assert told == ["opened", None, "opened", "opened"]
    for n in range(2, 40):
        assert cells.told(report(n, at=n)) == [f"sources:{n + 1}" if n + 1 in (3, 10) else None]
        cells.index = cells.loaded(shuffle=n)
    assert len(cells.index) == 3


def test_old_news_after_new_is_told_once_too():
    """An archive read after today's feeds: its stories stay as long as what happened when they came."""
    cells = Cells()
    cells.told(*(other(n, at=24 * 400 + n) for n in range(6)))
    assert cells.told(report(0), report(1, at=1), report(2, at=30)) == ["opened", None, "sources:3"]
    cells.index = cells.loaded(shuffle=1)
    assert cells.told(report(3, at=31), report(0), other(50, at=24 * 100)) == [None, None, "opened"]
    assert len(cells.index) == 8
    cells.told(*(other(n, at=24 * 415 + n) for n in range(60, 63)))
    assert len(cells.index) == len(cells.loaded()) == 3
    assert len(cells.entries()) < 10


def test_an_article_far_ahead_in_the_same_cell_costs_no_story_its_place():
    cells = Cells()
    ring = 6 * CELLS
    cells.told(*(other(n, at=6 * n) for n in range(CELLS)), other(999, at=ring * 50 + 6 * 40))
    for n in range(CELLS, 3 * CELLS):
        cells.take(other(n, at=6 * n))
        cells.index = cells.loaded()
    assert cells.told(other(3 * CELLS - 1, at=6 * (3 * CELLS - 1)), other(999, at=ring * 50)) == [None, None]
    assert len(cells.index) == 57 + 1


def test_a_long_story_outlives_the_cell_it_began_in():
    cells = Cells()
    steps = cells.told(*(report(n, at=60 * n, source=f"s{n % 4}.example") for n in range(5)))
    assert steps == ["opened", None, "sources:3", None, None]
    for n in range(3):
        cells.take(other(1 + n, at=24 * 20))  # the first article's bucket is 20 days old now
    cells.index = cells.loaded()
    assert cells.told(report(9, at=60 * 4 + 1, source="s2.example")) == [None]


def test_times_keep_their_microseconds():
    item = report(0, at=1 / 7)
    alert = Cells().take(item).alert
    assert alert.story.first == alert.story.last == item.time


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\xa1s", b"[]"])
def test_unreadable_state_is_refused(data):
    with pytest.raises(StateRefusedError, match="wirewatch state reset"):
        StoryIndex.load([data])


# Articles of a few events, far apart and near, in and out of order, some told again.
arrivals = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from([0, 0, 5, 5, 20, 40, 90, 200, 350, 420]), st.integers(0, 8)
    ),
    min_size=1,
    max_size=40,
)


def _item(event, hours, n, base):
    if event < 12:
        return report(n, at=base + hours, id_=f"r{event}-{n}", source=f"s{n}.example")
    return other(event, at=base + hours)


@settings(max_examples=80)
@given(arrivals, st.integers(0, 2**16), st.sampled_from([2, 4, 5000]), st.sampled_from([3, 5, 5000]))
def test_decisions_do_not_hang_on_how_the_state_was_loaded(steps, seed, most, crowd):
    with patch("wirewatch.watches.stories.index.CROWD", crowd):
        decide(steps, seed, most)


def decide(steps, seed, most):
    cells = Cells(StoryPolicy(window=72 * 3600, update_at=(2, 4), max_stories=most))
    base = 0.0
    for count, (event, hours, n) in enumerate(steps):
        item = _item(event, hours, n, base)
        base += 11.0
        loaded = cells.loaded(shuffle=seed + count)
        expected = loaded.apply(matched(item, cells.policy), NOW)
        assert cells.take(item) == expected
        for number, bag in enumerate(cells.cells):
            assert all(home(decode(entry)) % CELLS == number for entry in bag)


def test_an_entry_in_an_old_bucket_may_be_what_a_later_one_lacked():
    """Three articles make a time the latest: the third ages old stories wherever it stands."""
    far, near, old, again, third, last = (
        (0, 420, 1),
        (13, 90, 0),
        (0, 0, 0),
        (0, 33, 2),
        (12, 53, 0),
        (1, 33, 0),
    )
    decide([far, near, old, again, third, last], 0, 4)


def test_a_story_of_old_news_never_moves_to_an_earlier_bucket():
    """What it wrote into the later one would bring it back to life when it had been given up."""
    today, near, again = (0, 420, 1), (13, 90, 0), (0, 0, 0)
    late, joins, ages = (0, 0, 2), (1, 0, 0), (0, 350, 0)
    decide([today, near, again, again, again, again, (12, 20, 0), late, joins, ages, joins], 0, 4)


def test_old_news_that_is_given_up_does_not_come_back():
    """It stands in a late bucket, which goes later than those of stories that ended after it."""
    today, before, again = (0, 420, 2), (1, 200, 0), (0, 0, 0)
    given_up, joins, ages = (13, 0, 0), (0, 0, 1), (0, 350, 0)
    decide([today, before, again, again, again, again, (12, 90, 0), given_up, joins, ages, joins], 0, 4)


def test_a_story_that_is_opened_anew_by_its_own_article_is_the_new_one():
    steps = [(12, 90, 5), (0, 200, 6), (2, 350, 8), (2, 0, 4), (11, 0, 1), (13, 200, 5), (1, 0, 0), (2, 0, 0)]
    with patch("wirewatch.watches.stories.index.CROWD", 5):
        decide([*steps, (12, 420, 1), (2, 5, 4), (5, 200, 0)], 0, 2)
    # ... and once more within one bucket
    steps = [
        (12, 90, 2),
        (29, 420, 1),
        (5, 350, 6),
        (1, 5, 0),
        (1, 420, 7),
        (23, 40, 0),
        (7, 0, 5),
        (21, 40, 0),
    ]
    decide([*steps, (25, 20, 1), (1, 5, 0), (2, 0, 1)], 0, 4)


def numbered(n, match, **other):
    """`match` as of the n-th article: tagging thousands would take minutes."""
    head = msgspec.structs.replace(match.article, id=f"numbered{n}")
    return msgspec.structs.replace(match, article=head, **other)


def lone(n, match):
    """`match` as of an article unlike every other."""
    return numbered(n, match, fingerprint=Fingerprint(text=n, paragraphs=(), minhash=b"", terms=()))


def test_a_story_of_many_thousand_articles_stays_small():
    cells = Cells()
    match = matched(report(0))
    for n in range(3 * CROWD + 10):
        cells.apply(numbered(n, match))
    assert len(cells.entries()) < 20
    next_ = numbered(-1, match)
    assert cells.loaded().apply(next_, NOW) == cells.index.apply(next_, NOW)
    (story,) = cells.index._stories.values()
    assert story.articles == 3 * CROWD + 11


def test_what_was_given_up_is_not_kept_for_hours():
    cells = Cells()
    match = matched(other(0))
    for n in range(4 * MAX_STORIES):
        cells.apply(lone(n, match))
        if n % 1000 == 0:
            assert len(cells.entries()) <= 3 * MAX_STORIES
    assert cells.evicted == 3 * MAX_STORIES
    loaded = cells.loaded(shuffle=1)
    assert len(loaded) == len(cells.index) == MAX_STORIES
    newest, oldest = lone(4 * MAX_STORIES - 1, match), lone(0, match)
    for again in (newest, oldest):
        assert loaded.apply(again, NOW) == cells.index.apply(again, NOW)


def test_a_bucket_is_six_hours():
    assert to_micros(START + timedelta(hours=6)) - to_micros(START) == BUCKET
