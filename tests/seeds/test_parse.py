from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.seeds.parse import (
    MAX_SEED_BYTES,
    SeedDraft,
    SeedReason,
    SeedRejectedError,
    parse_seed,
    to_article,
)
from wirewatch.article import MAX_TEXT_BYTES
from wirewatch.bounds import refuse_long
from wirewatch.records import ARTICLES

NINTH = datetime(2020, 1, 9, tzinfo=UTC)
PLAIN = "Head line\n\n9 January 2020\n\nOne.\n\nTwo,\nwrapped.\n"
AS_PLAIN = SeedDraft("Head line", ("One.", "Two, wrapped."), NINTH)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(PLAIN.encode(), AS_PLAIN, id="plain"),
        pytest.param(PLAIN.replace("\n", "\r\n").encode(), AS_PLAIN, id="CRLF"),
        pytest.param(PLAIN.encode("utf-8-sig"), AS_PLAIN, id="byte order mark"),
        pytest.param(f"\n\n{PLAIN}\n\n\n".encode(), AS_PLAIN, id="blank lines around"),
        pytest.param(PLAIN.replace("\n\n", "\n \t \n\n").encode(), AS_PLAIN, id="blank lines with blanks"),
        pytest.param(PLAIN.replace("\n\n", "\n", 2).encode(), AS_PLAIN, id="no blank lines in the head"),
        pytest.param(
            PLAIN.replace("One", "\x1b[2JOne\x07").encode(),
            SeedDraft("Head line", ("[2JOne.", "Two, wrapped."), NINTH),
            id="control characters go",
        ),
        pytest.param(
            PLAIN.replace("d l", "d \u00a0 l").replace("rap", "r\u00ada\u200bp").encode(),
            AS_PLAIN,
            id="runs of blanks, and what is not seen",
        ),
        pytest.param(b"Head line", SeedDraft("Head line"), id="a headline is enough"),
        pytest.param(
            b"Head line\n\nOne.\n\n9 January 2020\n",
            SeedDraft("Head line", ("One.", "9 January 2020")),
            id="missing date; a date in the text is text",
        ),
        pytest.param(
            b"Head line\n\n9 January 2020\n\n10 January 2020\n\nOne.",
            SeedDraft("Head line", ("10 January 2020", "One."), NINTH),
            id="only one date",
        ),
        pytest.param(
            b"Head line\n\n31 February 2020\nSource: a\n\nOne.",
            SeedDraft(
                "Head line",
                ("31 February 2020", "One."),
                source="a",
                warnings=(
                    "not a valid date: '31 February 2020' is kept as text (write it as 9 January 2020)",
                ),
            ),
            id="what was meant as a date is text, and the fields below it are read",
        ),
    ],
)
def test_forms(data, expected):
    assert parse_seed(data) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(
            "Source: Łódź Post\nURL: https://a.example/x?b=1\nLanguage: en-GB",
            {"source": "Łódź Post", "url": "https://a.example/x?b=1", "language": "en"},
            id="all three",
        ),
        pytest.param(
            "url:https://A.example/x", {"url": "https://A.example/x", "source": "a.example"}, id="host"
        ),
        pytest.param("Source:\nLanguage:", {"source": "unknown", "language": None}, id="empty ones"),
        pytest.param("URL: 12-34", {"url": None, "guid": "12-34"}, id="no web address, still an id"),
        pytest.param("URL: javascript:alert(1)", {"url": None, "guid": "javascript:alert(1)"}, id="script"),
        pytest.param("Language: English", {"language": None}, id="a language in words"),
    ],
)
def test_fields(head, expected):
    draft = parse_seed(f"H\n\n9 January 2020\n{head}\n\nOne.".encode())
    assert draft == parse_seed(f"H\n\n{head}\n\n9 January 2020\n\nOne.".encode())
    assert {name: getattr(draft, name) for name in expected} == expected
    assert (draft.published, draft.paragraphs) == (NINTH, ("One.",))
    assert bool(draft.warnings) == ("12-34" in head or "script" in head or "English" in head)


@pytest.mark.parametrize(
    ("head", "url", "source", "warning"),
    [
        pytest.param(
            "URL: https://a.example/" + "x" * 30_000, None, "unknown", "its URL has 30,018", id="URL"
        ),
        pytest.param("URL: tag:" + "x" * 30_000, None, "unknown", "its URL has 30,004", id="no web address"),
        pytest.param(f"URL: https://{'x' * 300}/", f"https://{'x' * 300}/", "unknown", "", id="host"),
        pytest.param(
            "URL: https://a.example/\nSource: " + "x" * 201,
            "https://a.example/",
            "a.example",
            "its source has 201",
            id="source",
        ),
    ],
)
def test_a_field_of_any_length_is_left_out_and_pointed_out(head, url, source, warning):
    draft = parse_seed(f"H\n\n{head}\n\nOne.".encode())
    assert (draft.url, draft.guid, draft.source) == (url, None, source)
    assert draft.paragraphs == ("One.",)
    assert "".join(draft.warnings).startswith(warning)
    assert bool(draft.warnings) == bool(warning)
    refuse_long(to_article(draft, fetched=NINTH))


def test_a_second_source_line_is_text():
    draft = parse_seed(b"H\n\nSource: a\n\nSource: b\n\nOne.")
    assert (draft.source, draft.paragraphs) == ("a", ("Source: b", "One."))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", SeedReason.EMPTY, id="no bytes"),
        pytest.param(b"\xef\xbb\xbf \r\n\t\n\x07", SeedReason.EMPTY, id="nothing to read"),
        pytest.param(b"Head line\n\nOne\x00two", SeedReason.NOT_TEXT, id="NUL"),
        pytest.param("Head line".encode("utf-16-le"), SeedReason.NOT_TEXT, id="UTF-16 without a mark"),
        pytest.param("Łódź".encode("utf-16"), SeedReason.NOT_UTF8, id="UTF-16"),
        pytest.param("Łódź".encode("iso-8859-2"), SeedReason.NOT_UTF8, id="Latin-2"),
        pytest.param(b"a" * (MAX_SEED_BYTES + 1), SeedReason.TOO_LARGE, id="oversized"),
    ],
)
def test_rejected(data, reason):
    with pytest.raises(SeedRejectedError) as error:
        parse_seed(data)
    assert error.value.reason is reason


def test_text_over_the_limit_is_cut_and_marked():
    draft = parse_seed(b"H\n\n9 January 2020\n\n" + b"\n\n".join([b"word " * 10_000] * 8))
    assert draft.cut
    assert len("".join((draft.title, *draft.paragraphs)).encode()) <= MAX_TEXT_BYTES
    assert len(draft.paragraphs) == 6
    assert to_article(draft, fetched=NINTH).cut


@pytest.mark.parametrize("line", ["3/4/2020", "31 February 2020", "9 January 2020 10:00 EST", "2020"])
def test_a_date_that_is_not_plain_stays_text_and_is_pointed_out(line):
    draft = parse_seed(f"H\n\n{line}\n\nOne.".encode())
    assert (draft.published, draft.paragraphs) == (None, (line, "One."))
    assert line in draft.warnings[0]


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@example(b"H\n\n1 January 1900 00:00 +2359")
@example(b"H\n\n31 December 2199 23:59 -2359")
@example("H\n\n٩ January ٢٠٢٠".encode())
@example(b"H\n\nURL: https://a:b:c]/")
@example(b"H\n\nURL: https://[::1")
def test_any_bytes_are_an_article_or_a_reason(data):
    try:
        draft = parse_seed(data)
    except SeedRejectedError:
        return
    assert draft.title
    article = to_article(draft, fetched=draft.published or NINTH)
    assert ARTICLES.decode(ARTICLES.encode(article)) == article


@given(st.lists(st.sampled_from(["Head", "", " ", "9 January 2020", "Source: a", "URL: x", "Word two"])))
def test_every_line_is_kept_somewhere(lines):
    try:
        draft = parse_seed("\n".join(lines).encode())
    except SeedRejectedError:
        assert not any(line.strip() for line in lines)
        return
    text = " ".join((draft.title, *draft.paragraphs))
    assert text.count("Word two") + text.count("Head") == sum(line in {"Word two", "Head"} for line in lines)
    assert ("9 January 2020" in lines) <= (draft.published is not None or "9 January 2020" in text)


def test_article_is_fetched_when_published_on_replays_clock():
    article = to_article(AS_PLAIN, fetched=NINTH)
    assert (article.origin, article.time, article.time_source) == ("replay", NINTH, "published")
    assert (article.published, article.fetched) == (NINTH, NINTH)


def test_article_without_date_has_the_time_it_was_met():
    article = to_article(SeedDraft("T"), fetched=NINTH)
    assert (article.published, article.time, article.time_source) == (None, NINTH, "fetched")


@pytest.mark.parametrize("draft", [AS_PLAIN, SeedDraft("T", url="https://a.example/x", published=NINTH)])
def test_the_same_seed_has_the_same_id_and_each_round_another(draft):
    first, again = to_article(draft, fetched=NINTH), to_article(draft, fetched=NINTH)
    later = to_article(draft.shifted(timedelta(days=9)), fetched=NINTH + timedelta(days=9), salt="1")
    assert first == again
    assert later.id != first.id
    assert later.text_hash == first.text_hash
    assert later.time - first.time == timedelta(days=9)
