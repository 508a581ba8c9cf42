"""Finding the stories worth comparing: what many share finds none, and what goes leaves nothing behind."""

from tests.watches.world import article, tag
from wirewatch.watches.likeness.fingerprint import fingerprint
from wirewatch.watches.stories.entries import Opening
from wirewatch.watches.stories.finder import DAY, MAX_POSTINGS, Postings, StoryFinder
from wirewatch.watches.stories.story import Story


def story(n, *paragraphs, time=0):
    """Return a story of one article; its first paragraph is the title."""
    item = article(*paragraphs) if paragraphs else article(f"title{n}", "")
    opening = Opening(time, time, f"s{n}", 1, 0, (n,), ((time, fingerprint(item, tag(item))),), n)
    return Story(opening)


def test_what_too_many_share_is_passed_over_until_it_is_rare_again():
    postings = Postings()
    stories = [story(n) for n in range(MAX_POSTINGS + 5)]
    for n, one in enumerate(stories):
        postings.add(["a"], one)
        assert len(list(postings.telling(["a"]))) == (n + 1 if n < MAX_POSTINGS else 0)
    for n, one in enumerate(stories):
        postings.discard(["a"], one)
        left = len(stories) - n - 1
        found = list(postings.telling(["a"]))
        assert len(found) == (left if left <= MAX_POSTINGS else 0)
        assert one not in found
    assert not postings


def test_two_rare_terms_find_a_story_whose_names_are_not_shared():
    told = ("Barrel market tightens", "Producers agreed on cuts that nobody expected.")
    again = article("Riyadh turns the tap", "Motorists will pay: the market loses a million barrels.")
    finder = StoryFinder()
    one = story(1, *told)
    finder.add(one)
    print_ = fingerprint(again, tag(again))
    assert one in finder.candidates(print_, DAY // 2)
    assert one not in finder.candidates(print_, 3 * DAY)
    finder.remove(one)
    assert not finder.candidates(print_, DAY // 2)
