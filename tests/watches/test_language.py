"""The watch language by example: what each way of writing asks of an article, what is said of a wrong one."""

import re
from functools import lru_cache

import pytest

from tests.watches.world import ARTICLE, CATALOGUE, TOPICS, article, tag
from wirewatch.tagging import Topic, TopicRules
from wirewatch.tagging.names.found import Rejected
from wirewatch.tagging.tagger import Tagger
from wirewatch.watches.compile import WatchSet
from wirewatch.watches.language import LanguageError, parse
from wirewatch.watches.language.parse import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from wirewatch.watches.model import Watch

MEETS = {
    # actors
    "an actor by name": "actor:Iran",
    "an actor by id": "actor:ir",
    "an actor by alias": "actor:Tehran",
    "an actor in quotes": 'actor:"United States"',
    "an actor after a blank": "actor: Iran",
    "an actor in any case": "actor:iran",
    "an actor through what belongs to it": "actor:Turkey",
    "an actor met directly": "actor:NATO@direct",
    "an actor in the headline": "actor:NATO@headline",
    "an actor in the lead": "actor:US@lead",
    "an actor in the title, as a scope": "title:actor:NATO",
    "an actor or its members": "actor:OPEC+members@headline",
    "a member where the organisation is not": "actor:OPEC+members",
    "an actor, direct and in the headline": "actor:Iran@direct@headline",
    # topics
    "a topic by name": 'topic:"armed conflict"',
    "a topic by a word of its name": "topic:conflict",
    "a topic by code": "topic:medtop:20000053",
    "a topic by the number of its code": "topic:20000053",
    # words
    "a word": "tankers",
    "a word in capitals": "TANKERS",
    "words in quotes": '"oil tankers"',
    "words in quotes, in any case": '"OIL tankers"',
    "words over many blanks": '"oil   tankers"',
    "a word in quotes": '"ships"',
    "accents do not count": "zurich",
    "accents do not count where they are written": '"càfe owners"',
    "a number": '"3,000"',
    "a word with an apostrophe": "it's",
    "a word with a hyphen": "war-game",
    "part of a word with a hyphen": "LNG",
    "a word that goes on": "tank*",
    "a word that could go on and does not": "Strait*",
    "words of which the last goes on": '"oil tank*"',
    "exactly": '="Gas"',
    "exactly, with accents": '="Café"',
    "exactly, in capitals": '="US"',
    "an operator as a word": '"not"',
    # regular expressions
    "a regular expression": "/tanker[a-z]/",
    "a regular expression in any case": "/TANKERS/i",
    "a regular expression within a word": "/ormu./",
    "a regular expression over words": r"/Strait of \w+/",
    "a regular expression with a slash": r"/Strait\/?/",
    # scopes
    "a word of the title": "title:zurich",
    "words of the title": 'title:"in zurich"',
    "a word of the lead": "lead:monday",
    "a scope of several": "title:(iraq OR zurich)",
    "a scope of NEAR": "title:(nato NEAR/2 answer)",
    "a scope of a topic": "title:zurich AND NOT title:topic:conflict",
    "a scope of a regular expression": "lead:/Horm\\w+/",
    # the article as a whole
    "a source": "source:news.example.com",
    "a source by its domain": "source:example.com",
    "a source in any case": "source:EXAMPLE.com",
    "a language": "lang:en",
    "a country": "country:gb",
    "a tag": "tag:wire",
    "a tag in quotes": 'tag:"gulf desk"',
    # operators
    "and": "nato AND iran",
    "or": "nowhere OR iran",
    "not": "nato NOT nowhere",
    "and not": "nato AND NOT nowhere",
    "not in front": "NOT nowhere AND nato",
    "and before or": "nato OR nowhere AND nothing",
    "parentheses": "(nato OR nowhere) AND iran",
    "not of a parenthesis": "nato NOT (nowhere AND iran)",
    "not after not": "nato NOT nowhere NOT nothing",
    "some of": "2 OF (nato, nowhere, iran)",
    "some of, with more in it": '1 OF (nowhere AND nato, "oil tankers" OR x)',
    "some of, with not": "2 OF (nato, NOT nowhere)",
    "over lines": "nato\n  AND\n  iran",
    # near
    "near": "oil NEAR/3 strait",
    "near, in the other order": "strait NEAR/3 oil",
    "near, exactly so many words": "oil NEAR/3 strait NOT (oil NEAR/2 strait)",
    "near without a word between": "oil NEAR/0 tankers",
    "near a number with a comma": "rose NEAR/1 points",
    "near across a hyphen": "lng NEAR/0 run",
    "near an actor": "actor:Iran NEAR/1 answer",
    "near in a sentence that ends": "navy NEAR/2 prices",
    "near words of several": "(iraq OR oil) NEAR/3 (strait OR gulf)",
    "near itself": "gas NEAR/5 gas",
    "near overlapping words": '"oil tankers" NEAR/0 tankers',
    "near a topic": "topic:conflict NEAR/0 batteries",
    "near a regular expression": "/tanker./ NEAR/2 strait",
    "near, in a row": "oil NEAR/1 left NEAR/5 monday",
    "before": "oil BEFORE/3 strait",
    "before, then near": "oil BEFORE/3 strait NEAR/3 monday",
    "near in the title": "nato NEAR/1 iran",
    "near in parts of which one is shared": "title:nato NEAR/1 (lead:iran OR title:iran)",
}

DOES_NOT = {
    "an actor not there": "actor:Germany",
    "an actor only through others": "actor:OPEC",
    "an actor not directly": "actor:Palace@direct",
    "an actor not in the headline": "actor:US@headline",
    "an actor not in the lead": "actor:Turkey@lead",
    "a country is no word of small letters": 'actor:US@lead NOT ="US"',
    "a topic not there": "topic:sport",
    "a topic not in the title": "title:topic:conflict",
    "part of a word": "tank",
    "the end of a word": "ormuz",
    "words in another order": '"tankers oil"',
    "words apart": '"oil strait"',
    "words over a mark": '"tankers, left"',
    "exactly, in another case": '="gas, lng"',
    "exactly, without the accent": '="Cafe"',
    "a regular expression in another case": "/TANKERS/",
    "a regular expression over paragraphs": r"/points\.\s+Stoltenberg/",
    "a regular expression whose literal is all there is": "/tanker\\d/",
    "a word not in the title": "title:monday",
    "a word not in the lead": "lead:zurich",
    "a regular expression not in the title": "title:/Horm\\w+/",
    "another source": "source:example.org",
    "a source's end that is no domain": "source:ample.com",
    "another language": "lang:de",
    "another country": "country:DE",
    "another tag": "tag:desk",
    "and": "nato AND nowhere",
    "or": "nowhere OR nothing",
    "not": "nato NOT iran",
    "and before or": "nowhere OR nato AND nothing",
    "not before and": "nato NOT iran AND tankers",
    "some of": "2 OF (nato, nowhere, nothing)",
    "near": "oil NEAR/2 strait",
    "near across paragraphs": "points NEAR/50 stoltenberg",
    "near across title and lead": "zurich NEAR/50 two",
    "near, one of them nowhere": "oil NEAR/50 nowhere",
    "before": "strait BEFORE/5 oil",
    "before, too far": "oil BEFORE/2 strait",
    "before overlapping words": '"oil tankers" BEFORE/5 tankers',
    "near in a row, with another in the middle": "oil NEAR/1 left NEAR/1 monday",
}


@lru_cache(maxsize=512)
def verdict(when, item=ARTICLE):
    watches = WatchSet([Watch(id="w", name="W", when=when)], CATALOGUE, TOPICS)
    tags = tag(item, watches.phrases)
    explained = watches.explain("w", item, tags)
    assert explained.met == bool(watches.match(item, tags))
    return explained


@pytest.mark.parametrize("when", MEETS.values(), ids=MEETS)
def test_meets(when):
    assert verdict(when).met


@pytest.mark.parametrize("when", DOES_NOT.values(), ids=DOES_NOT)
def test_does_not_meet(when):
    assert not verdict(when).met


@pytest.mark.parametrize(
    "when", [*MEETS.values(), *DOES_NOT.values()], ids=[*MEETS, *(f"not {n}" for n in DOES_NOT)]
)
def test_printed_it_reads_the_same(when):
    assert parse(str(parse(when))) == parse(when)


WRITTEN = {
    "not binds before and": ("a NOT b AND c", '"a" AND NOT "b" AND "c"'),
    "near before and": ("a NEAR/2 b AND c", '"a" NEAR/2 "b" AND "c"'),
    "and before or": ("a OR b AND c", '"a" OR "b" AND "c"'),
    "or within and": ("(a OR b) AND c", '("a" OR "b") AND "c"'),
    "needless parentheses": ("((a) OR (b OR (c)))", '"a" OR "b" OR "c"'),
    "a word that goes on": ('"tanker*"', "tanker*"),
    "a quote within quotes": (r'"a \"b\" c" OR x', r'"a \"b\" c" OR "x"'),
    "the headline of an actor": ("title:actor:Iran", "actor:Iran@headline"),
    "a scope spreads": ("title:(a AND b NOT c)", 'title:"a" AND title:"b" AND NOT title:"c"'),
    "modifiers in any order": ("actor:NATO@lead+members@direct", "actor:NATO+members@direct@lead"),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_one_way_to_write(text, expected):
    assert str(parse(text)) == expected


WRONG = {
    "nothing": ("", "", "is empty"),
    "only not": ("NOT a", "NOT a", "met by nearly every article"),
    "or not": ("a OR NOT b", "NOT b", "met by nearly every article"),
    "too few without not": ("1 OF (a, NOT b)", "NOT b", "met by nearly every article"),
    "two languages": ("lang:en AND lang:de", "lang:de", "either is lang:en OR lang:de"),
    "two countries": ("oil AND (country:GB NOT x AND country:US)", "country:US", "one country"),
    "two sources": ("source:a.example AND oil AND source:b.example", "source:b.example", "one source"),
    "asked for and ruled out": ("a AND b NOT a", "NOT a", "asked for and ruled out"),
    "asked for and ruled out among others": ("a NOT (b OR a)", "NOT (b OR a", "asked for and ruled out"),
    "not of not": ("a NOT NOT b", "NOT NOT b", "two NOTs cancel out"),
    "two words": ("oil tanker", "tanker", "nothing joins tanker to what comes before it"),
    "two terms": ("actor:Iran topic:sport", "topic:sport", "nothing joins topic:sport"),
    "a term and a parenthesis": ("oil (a OR b)", "(", "nothing joins ("),
    "small letters": ("oil and gas", "and", "operators are written in capitals: AND"),
    "small letters in front": ("not oil", "not", "operators are written in capitals: NOT"),
    "near half a word": ("a NEAR/2.5 b", ".", "a whole number of words: NEAR/2"),
    "near without a distance": ("a NEAR b", "NEAR", "needs a number of words: NEAR/10"),
    "near too far": ("a NEAR/5000 b", "NEAR/5000", "takes at most 1000 words"),
    "near not": ("a NEAR/5 NOT b", "NOT b", "NOT binds closer"),
    "not near": ("x NOT a NEAR/5 b", "NOT a", "add parentheses"),
    "near and": ("a NEAR/5 (b AND c)", "b AND c", "or terms joined by OR"),
    "near near": ("a NEAR/5 (b NEAR/2 c)", "b NEAR/2 c", "cannot be nested: chain them"),
    "near in parts apart": ("x OR lead:a NEAR/5 title:b", "a NEAR/5 title:b", "in different parts"),
    "near in the headline and the lead": (
        "actor:Iran@headline BEFORE/5 (actor:US@lead OR lead:b)",
        "actor:Iran@headline BEFORE/5 (actor:US@lead OR lead:b",
        "in different parts",
    ),
    "near a language": ("a NEAR/5 lang:en", "lang:en", "join it with AND"),
    "of without a list": ("2 OF a", "a", "2 OF must be followed by a list in parentheses"),
    "of without a number": ("OF (a, b)", "OF", "needs a number"),
    "more than there are": ("3 OF (a, b)", "3 OF (a, b", "3 of 2 is impossible"),
    "none of": ("a AND 0 OF (b, c)", "0 OF (b, c", "0 of 2 is impossible"),
    "a comma": ("a, b", ",", "commas are only for lists"),
    "a parenthesis too many": ("a)", ")", "was never opened"),
    "a parenthesis too few": ("x OR (a AND (b)", "(", "never closed"),
    "nothing in parentheses": ("a AND ()", ")", "something is missing before"),
    "nothing after and": ("a AND", "AND", "something is missing after AND"),
    "nothing before or": ("OR a", "OR", "has nothing before it"),
    "an open quote": ('a OR "b', '"', "this quote is never closed"),
    "typeset quotes": ("“a”", "“", "use straight quotes"),
    "an open regular expression": ("/abc", "/", "never closed"),
    "a symbol": ("a && b", "&", "did you mean AND"),
    "a minus": ("a -b", "-", "did you mean NOT"),
    "a word with a mark": ("U.S. AND a", ".", "put words that contain '.' in quotes: \"U.S.\""),
    "a word with a slash": ("x OR 9/11", "/", "put words that contain '/' in quotes: \"9/11\""),
    "a word with pluses": ("C++", "+", "put words that contain '+' in quotes: \"C++\""),
    "a word with an ampersand": ("(AT&T OR x)", "&", 'in quotes: "AT&T"'),
    "a word with an address": ("a OR @user", "@user", 'in quotes: "@user"'),
    "a sum": ("oil AND €5", "€", 'put words that contain it in quotes: "€5"'),
    "a comment": ("oil AND\n# gas\nb", "#", "a comment goes above when:"),
    "a picture": (
        "oil OR 😀",
        "😀",
        "is not part of the watch language; put words that contain it in quotes",
    ),
    "single quotes": ("'oil tanker'", "'", "in double quotes"),
    "typeset single quotes": ("‘oil’", "‘", "in double quotes"),  # noqa: RUF001  # as typeset
    "square brackets": ("[oil]", "[", "use round parentheses"),
    "a question mark": ("t?nker", "?", "? is not a wildcard"),
    "exact without quotes": ("=US", "=", '="US"'),
    "a plus in front": ("oil +gas", "+gas", "did you mean AND?"),
    "a name of two words": ("actor:White House", "House", 'actor:"White House"'),
    "small letters after a name": ("actor:Iran or oil", "or", "operators are written in capitals: OR"),
    "of without a blank": ("2OF(a, b)", "2OF", "2 OF (a, b, c)"),
    "other flags": ("/tanker/gi", "gi", "only i (ignore case) may follow"),
    "no such field": ("actr:Iran", "actr:Iran", "did you mean actor:"),
    "no field at all": ("zzz:red", "zzz:red", "there are actor:"),
    "a field of other tools": ("headline:war", "headline:war", "did you mean title:?"),
    "a field for everywhere": ("body:war", "body:war", "a plain word is searched for everywhere"),
    "a date": ("published:2020-01-09", "published:2020-01-09", "published_within"),
    "an address": ("https://example.com/a", "https://example.com/a", "did you mean source:example.com?"),
    "a field of nothing": ("a OR lang:", "lang:", "has no value"),
    "a source to leave out": (
        "a AND source:-b.example",
        "source:-b.example",
        "takes a name; to exclude it write NOT source:b.example",
    ),
    "a source of two words to leave out": ('source:"-B C"', 'source:"-B C"', 'write NOT source:"B C"'),
    "no source to leave out": ("source:-", "source:-", "write NOT source:example.com"),
    "no such modifier": ("actor:Iran@body", "@body", "there are @direct"),
    "a modifier of a word": ("oil @lead", "@lead", "goes right after an actor"),
    "a modifier of a topic": ("topic:sport@lead", "@lead", "not to a topic; write lead:topic:sport"),
    "two scopes": ("title:(a OR lead:b)", "b", "already in the lead"),
    "a scope of a source": ("title:source:a.example", "source:a.example", "goes beside title:"),
    "headline and lead": ("actor:Iran@headline@lead", "@lead", "cannot be combined"),
    "a star in front": ("*tanker", "*", "a * ends a word"),
    "a star at both ends": ("Bahn OR *streik*", "*", "write /streik/i"),
    "a star in front of a compound": ("*bahn-streik", "*", "write /bahn-streik/i"),
    "a star in front of two letters": ("*ab", "*", "as in tanker*"),
    "a star within": ("t*nker", "nker", "only stand at the end of a word"),
    "a star within quotes": ('"a* tanker"', '"a* tanker"', "only stand at the end of the last word"),
    "a star after two letters": ("ab*", "ab*", "at least 3 letters"),
    "a star after a blank": ('"oil *"', '"oil *"', "must directly follow a word"),
    "no letter": ('a OR "…"', '"…"', "no letter or digit"),
    "a regular expression that is none": ("/abc(/", "/abc(/", "no regular expression of RE2's: missing )"),
    "a regular expression that looks around": ("/abc(?=d)/", "/abc(?=d)/", "no regular expression of RE2's"),
    "a regular expression without a literal": (r"/\w+/", r"/\w+/", "must hold a run of 3 letters"),
    "a regular expression of alternatives": ("/tanker|vessel/", "/tanker|vessel/", "must hold a run of 3"),
    "too long a word": ("x" * 201, "x" * 201, "longer than 200"),
    "too long": ("a OR " * 2001 + "a", "a", f"longer than {MAX_LENGTH:,}"),
    "too many terms": (" OR ".join(["abc"] * (MAX_TERMS + 1)), "a", "at most 500"),
    "too deep": ("(a OR b AND " * (MAX_DEPTH + 1) + "c" + ")" * (MAX_DEPTH + 1), None, "nested more than"),
}


@pytest.mark.parametrize(("text", "meant", "message"), WRONG.values(), ids=WRONG)
def test_wrong(text, meant, message):
    with pytest.raises(LanguageError) as caught:
        parse(text)
    assert message in caught.value.what
    start, end = caught.value.span
    assert 0 <= start <= end <= len(text)
    if meant is not None:
        assert text[start:end] == meant


SCRIPTS = {
    "Chinese within a sentence": ("石油", "中国石油公司宣布", True),
    "Chinese in quotes": ('"石油公司"', "中国石油公司宣布", True),
    "Chinese that is not there": ("天然气", "中国石油公司宣布", False),
    "Chinese that goes on": ("石油*", "中国石油公司宣布", True),
    "Chinese, exactly": ('="石油"', "中国石油公司宣布", True),
    "Chinese near": ("中国 NEAR/0 石油", "中国石油公司宣布", True),
    "Chinese, not so near": ("中国 NEAR/1 公司", "中国石油公司宣布", False),
    "Japanese": ("タンカー", "石油タンカーが沈没した", True),
    "Thai": ('"น้ำมัน"', "ราคาน้ำมันสูงขึ้น", True),
    "Korean with a particle": ("석유*", "석유를 수출", True),
    "Korean as it is": ("석유", "석유를 수출", False),
    "Russian": ("НЕФТЬ", "Цены на нефть", True),
    "Russian within a word": ("нефть", "нефтьпром", False),
    "Arabic": ("نفط", "سعر نفط، اليوم", True),
    "Latin beside Chinese": ("tanker", "石油 tanker 公司", True),
    "a Russian regular expression": (r"/танкер\w*/", "два танкера", True),
    "… in any case": (r"/ТАНКЕР\w*/i", "два танкера", True),  # noqa: RUF001  # Russian
    "… in another case": (r"/ТАНКЕР\w*/", "два танкера", False),  # noqa: RUF001  # Russian
    "a regular expression with an accent": (r"/Zürich\w*/", "in Zürichs Norden", True),
    "… without the accent": (r"/Zürich\w*/", "in Zurich", False),
    "a Greek regular expression": (r"/ανασ.*δος/i", "ΑΝΑΣ ΟΔΟΣ και", True),  # noqa: RUF001  # Greek
    "a Chinese regular expression": ("/石油.{0,3}宣布/", "中国石油公司宣布", True),
}


@pytest.mark.parametrize(("when", "text", "met"), SCRIPTS.values(), ids=SCRIPTS)
def test_scripts(when, text, met):
    watches = WatchSet([Watch(id="w", name="W", when=when)], CATALOGUE, TOPICS)
    item = article("Title", text)
    tags = tag(item, watches.phrases)
    assert bool(watches.match(item, tags)) is met
    assert watches.explain("w", item, tags).met is met


MISSES = {
    "an actor not there": ("actor:Germany AND nato", [("actor:Germany", "")]),
    "an actor elsewhere": ("actor:US@headline", [("actor:US@headline", "it occurs in paragraph 1")]),
    "an actor only by others": (
        "actor:Palace@direct",
        [("actor:Palace@direct", "only through what belongs to it: tr")],
    ),
    "words apart": (
        '"oil strait"',
        [('"oil strait"', 'of its words, "oil", "strait" are not next to each other')],
    ),
    "one of its words": ('"oil stright"', [('"oil stright"', 'of its words, "stright" does not occur')]),
    "words elsewhere": ("title:monday", [('title:"monday"', "it occurs in paragraph 1")]),
    "words within others, elsewhere": ("title:石油", [('title:"石油"', "")]),
    "words in another case": ('="gas, lng"', [('="gas, lng"', 'it is written "Gas, LNG"')]),
    "near, too far": (
        "oil NEAR/2 strait",
        [('"oil" NEAR/2 "strait"', "the nearest have 3 words between them, more than 2")],
    ),
    "near, nowhere": ("oil NEAR/2 x", [('"oil" NEAR/2 "x"', '"x" does not occur')]),
    "near many, nowhere": (
        "oil NEAR/2 (x OR y OR z OR q)",
        [('"oil" NEAR/2 ("x" OR "y" OR "z" OR "q")', '("x" OR "y" OR "z" OR …, 4 in all) does not occur')],
    ),
    "near, apart": (
        "points NEAR/9 stoltenberg",
        [('"points" NEAR/9 "stoltenberg"', "they do not occur in the same paragraph")],
    ),
    "in the other order": (
        "strait BEFORE/5 oil",
        [('"strait" BEFORE/5 "oil"', "they occur in the other order")],
    ),
    "ruled out": ("nato NOT (oil OR x)", [('NOT ("oil" OR "x")', 'it has "oil", "Oil"')]),
    "another language": ("lang:de", [("lang:de", "its language is en")]),
    "the cheapest way": ("x AND y OR nato AND z", [('"z"', "")]),
    "some of": ("2 OF (nato, x AND y, z)", [('"z"', "")]),
}


@pytest.mark.parametrize(("when", "expected"), MISSES.values(), ids=MISSES)
def test_the_nearest_miss(when, expected):
    assert [tuple(miss) for miss in verdict(when).misses] == expected


def test_a_topic_that_weighs_too_little_is_told():
    item, when = article("Reserve plans", "A weekend was quiet. Reservists were seen."), "topic:conflict"
    topics = TopicRules((Topic("own:1", "conflict", {"reservists": 1.5}),))
    tagger, watches = (
        Tagger(CATALOGUE, topics),
        WatchSet([Watch(id="w", name="W", when=when)], CATALOGUE, topics),
    )
    tags = tagger.tag(item)
    (miss,) = watches.explain("w", item, tags, [], tagger.topics_not_told(item, tags)).misses
    assert re.fullmatch(
        r"0\.\d\d, weight \d\.\d: too little speaks for it: .*; for it: Reservists", miss.hint
    )


def test_a_refused_mention_is_told():
    item = article("x", "word")
    watches = WatchSet([Watch(id="w", name="W", when="actor:Iran")], CATALOGUE, TOPICS)
    tags = tag(item, watches.phrases)
    (miss,) = watches.explain("w", item, tags, [Rejected(2, 6, "ir", "name", "decoy")]).misses
    assert miss.hint == '"word" is not taken for it (decoy)'
