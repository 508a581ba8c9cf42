"""Which entry is which article: over polls, URLs, guids and feeds."""

import pytest

from tests.feeds.server import item, rss
from tests.feeds.world import link

CHANGES = [
    pytest.param([item("A", link(1))], [item("A", link(1))], [], id="nothing"),
    pytest.param([item("A", link(1))], [item("A", link(1) + "?utm_source=x#top")], [], id="tracking"),
    pytest.param([item("A", link(1))], [item("A", "http://news.example/1/")], [], id="http and a slash"),
    pytest.param([item("A", link(1))], [item("B", link(1))], [("B", 1)], id="a new headline"),
    pytest.param([item("A", link(1), body="x")], [item("A", link(1), body="y")], [("A", 1)], id="a new text"),
    pytest.param([item("A", link(1), body="x")], [item("A", link(1), body=" X ")], [], id="case and blanks"),
    pytest.param([item("A", link(1), "g")], [item("A", link(2), "g")], [], id="a new URL, the same guid"),
    pytest.param([item("A", guid="g")], [item("B", guid="g")], [("B", 1)], id="known by its guid"),
    pytest.param([item("A")], [item("A"), item("B")], [("B", 0)], id="no link, no guid: by its title"),
    pytest.param(
        [item("A", link(0), "g"), item("B", link(0), "g")],
        [item("A", link(0), "g"), item("B", link(0), "g")],
        [],
        id="one link and one guid for all: no flapping",
    ),
    pytest.param(
        [item("A", link(0), "g")],
        [item("B", link(0), "g"), item("A", link(0), "g")],
        [("B", 0)],
        id="a link and a guid that become another's too",
    ),
    pytest.param(
        [item("B", link(0), "g"), item("A", link(0), "g")],
        [item("B", link(0), "g")],
        [],
        id="a link and a guid that were shared",
    ),
    pytest.param(
        [item("B", link(0), "g2"), item("A", link(0), "g1")],
        [item("B", link(0), "g2")],
        [],
        id="a link that was shared",
    ),
    pytest.param(
        [item("A", link(0), "g1")],
        [item("A", link(0), "g2"), item("A", link(0), "g1")],
        [("A", 0)],
        id="a link and a headline that become another's too",
    ),
    pytest.param(
        [item("A", link(1)), item("A", link(1))], [item("A", link(1))], [], id="twice in one document"
    ),
    pytest.param(
        [item("A", link(1) + "?utm_term=a", link(1) + "?utm_term=a"), item("A", link(1), link(1))],
        [item("A", link(1))],
        [],
        id="twice in one document, with tracking",
    ),
    pytest.param(
        [item("A", link(0) + "#p1", "g1")],
        [item("B", link(0) + "#p2", "g2"), item("A", link(0) + "#p1", "g1")],
        [("B", 0)],
        id="a live page that goes on",
    ),
    pytest.param(
        [item("A", link(0) + "#p1", "g1"), item("B", link(0) + "#p2", "g2")],
        [item("C", link(0) + "#p2", "g2"), item("A", link(0) + "#p1", "g1")],
        [("C", 1)],
        id="a live page with a new headline",
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), CHANGES)
def test_what_counts_as_new(world, server, before, after, expected):
    server.pages["/rss"] = rss(*before)
    world.poll(server.url("/rss"))
    assert world.sent()
    server.pages["/rss"] = rss(*after)
    world.poll(server.url("/rss"))
    assert world.sent() == expected
    world.poll(server.url("/rss"))
    assert world.sent() == []


def test_guids_that_are_positions_make_no_article_another(world, server):
    """Whatever the window holds when it is read: entries move down in it by one, by two, by all."""
    titles = "ABCDEFGHIJ"
    for last in (3, 4, 4, 5, 6, 8, 10, 10):
        window = reversed(titles[last - 3 : last])
        server.pages["/rss"] = rss(*(item(t, link(t), f"{n}", body=t * 3) for n, t in enumerate(window)))
        world.poll(server.url("/rss"))
    assert sorted(world.sent()) == [(title, 0) for title in titles]


def test_a_guid_that_is_always_the_same_makes_no_article_another(world, server):
    for n in (1, 2, 3):
        server.pages["/rss"] = rss(item(f"{n}", link(n), "1"))
        world.poll(*[server.url("/rss")] * 2)
    assert world.sent() == [("1", 0), ("2", 0), ("3", 0)]


def test_a_url_that_another_entry_takes_over_settles(world, server):
    server.pages["/rss"] = rss(item("A", link(1), "g1"))
    world.poll(server.url("/rss"))
    after = [item("B", link(1), "g2"), item("A", link(2), "g1")]
    for entries in (after, after, after[::-1], after[::-1]):
        server.pages["/rss"] = rss(*entries)
        world.poll(server.url("/rss"))
    assert world.sent() == [("A", 0), ("B", 1), ("A", 0)]


def test_a_guid_is_a_name_within_its_feed_only(world, server):
    """Each feed of a site counts for itself; what has the very words is the same all the same."""
    server.pages |= {
        "/world": rss(item("World", link("world/7"), "7")),
        "/sport": rss(item("Sport", link("sport/7"), "7")),
        "/copy": rss(item("Sport", link("copy/7"), "7")),
    }
    world.poll(*map(server.url, ("/world", "/sport", "/copy") * 2))
    assert world.sent() == [("World", 0), ("Sport", 0)]


def test_guids_that_are_positions_and_a_text_that_is_always_the_same(world, server):
    for last in (4, 8, 12):
        entries = [item(f"{n}", link(n), f"{n % 4}", body="All the news.") for n in range(last - 4, last)]
        server.pages["/rss"] = rss(*entries)
        world.poll(*[server.url("/rss")] * 2)
    assert world.sent() == [(f"{n}", 0) for n in range(12)]


@pytest.mark.parametrize("others", [0, 5], ids=["alone", "beside others"])
@pytest.mark.parametrize("path", ["/#w{}", "/live#w{}", "/live#post={}", "/", "/?utm_content={}"])
def test_posts_of_one_page_that_come_and_go_alone(world, server, path, others):
    """No document shows that they share a link."""
    beside = [item(f"Beside {n}", link(n)) for n in range(others)]
    server.pages["/rss"] = rss(*beside)
    world.poll(server.url("/rss"))
    world.sent()

    def post(n, title, body):
        return item(title, f"https://news.example{path.format(n)}", f"g{n}", body=body)

    for entries in (
        [post(1, "Storm", "s")],
        [post(2, "Flood", "f")],
        [post(3, "Frost", "c")],
        [post(3, "Frost, and snow", "c")],
        [post(3, "Snow", "Much of it.")],
        [post(2, "Flood", "f"), post(3, "Snow", "Much of it.")],
        [post(2, "Flood", "f")],
    ):
        server.pages["/rss"] = rss(*entries, *beside)
        world.poll(*[server.url("/rss")] * 2)
    sent = world.articles()
    assert [(article.title, article.revision) for article in sent] == [
        ("Storm", 0),
        ("Flood", 0),
        ("Frost", 0),
        ("Frost, and snow", 1),
        ("Snow", 2),
    ]
    assert len({article.id for article in sent}) == 3
    assert len({article.id for article in sent[2:]}) == 1


@pytest.mark.parametrize(
    ("headline", "text"),
    [
        pytest.param("{}", "See our page for details.", id="text"),
        pytest.param("Weather warning", "{}", id="headline"),
    ],
)
def test_posts_of_one_page_with_words_that_all_entries_have(world, server, headline, text):
    """What always stands there says nothing of which post it is."""

    def entry(words, url, guid):
        return item(headline.format(words), url, guid, body=text.format(words))

    beside = [entry(f"Beside {n}", link(n), f"b{n}") for n in range(5)]
    server.pages["/rss"] = rss(*beside)
    world.poll(server.url("/rss"))
    world.sent()
    for n, words in enumerate(("Storm", "Flood", "Frost")):
        server.pages["/rss"] = rss(entry(words, f"https://news.example/#w{n}", f"g{n}"), *beside)
        world.poll(*[server.url("/rss")] * 2)
    sent = world.articles()
    assert [article.revision for article in sent] == [0, 0, 0]
    assert len({article.id for article in sent}) == 3


@pytest.mark.parametrize("part", ["", "#xtor=RSS-1", "#utm_source=rss&amp;utm_medium=feed"])
def test_a_revision_with_a_new_guid_is_one_where_the_page_is_its_own(world, server, part):
    for n, title in enumerate(("Talks begin", "Talks end")):
        server.pages["/rss"] = rss(item(title, link(1) + part, f"{link(1)}#{n}", body=title))
        world.poll(server.url("/rss"))
    assert world.sent() == [("Talks begin", 0), ("Talks end", 1)]


PARTS = ["/live#p{}", "/?utm_content={}", "/live?xtor=RSS-{}"]


@pytest.mark.parametrize("path", PARTS, ids=["fragment", "tracking", "xtor"])
@pytest.mark.parametrize("guid", ["g{}", "https://news.example/live#{}", ""], ids=["guid", "link", "none"])
def test_entries_of_one_page_are_an_article_each(world, server, path, guid):
    entries = [item(f"{n}", f"https://news.example{path.format(n)}", guid.format(n)) for n in range(5)]
    server.pages["/rss"] = rss(*entries)
    world.poll(*[server.url("/rss")] * 2)
    sent = world.articles()
    assert [(article.title, article.revision) for article in sent] == [(f"{n}", 0) for n in range(5)]
    assert len({article.id for article in sent}) == 5


def test_another_feed_with_a_shorter_text_revises_nothing(world, server):
    server.pages["/full"] = rss(item("A", link(1), body="The whole text."))
    server.pages["/short"] = rss(item("A", link(1), body="The…"), item("B", link(2)))
    world.poll(server.url("/full"))
    world.poll(server.url("/short"), server.url("/full"), server.url("/short"))
    assert world.sent() == [("A", 0), ("B", 0)]
