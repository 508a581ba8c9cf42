import json
from collections import Counter
from datetime import date

import pytest

from tests.tagging.conftest import CONFIG
from tools.catalogue import build
from wirewatch.errors import ConfigError
from wirewatch.tagging import Actor, Catalogue, Role, Tagger, TopicRules, load_catalogue

IRAN = {"id": "Q794", "name": "Iran", "type": "country", "iso2": "IR", "aliases": ["Iran"]}


def write(folder, *actors):
    lines = (a if isinstance(a, str) else json.dumps(a) for a in actors)
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def actor(name, **more):
    return {"id": f"x:{name}", "name": name, "type": "organisation", **more}


CLASH = {"text": "PIF", "kind": "acronym", "needs": ["Pacific"]}

WRONG = {
    "not JSON": (["{"], r"a\.jsonl:1: not an actor: .*; a line is one JSON object"),
    "unknown field": ([actor("A", colour="red")], r"a\.jsonl:1: .*colour"),
    "unknown type": ([{**IRAN, "type": "planet"}], r"a\.jsonl:1: .*planet.*must be one of country, "),
    "unknown kind": (
        [actor("A", aliases=[{"text": "A", "kind": "nickname"}])],
        r"a\.jsonl:1: .*nickname.*one of name, ",
    ),
    "unknown case": (
        [actor("A", aliases=[{"text": "A", "case": "lower"}])],
        r"a\.jsonl:1: .*lower.*one of exact, upper, any",
    ),
    "no date": (
        [actor("A", roles=[{"title": "head", "of": "A", "from": "March"}])],
        r"a\.jsonl:1: .*from.*; write it as 2024-03-31",
    ),
    "an empty id": ([{**IRAN, "id": ""}], r"a\.jsonl:1: .*its id is empty"),
    "an empty name": ([{**IRAN, "name": " "}], r"a\.jsonl:1: Q794: its name is empty"),
    "a code of five letters": ([{**IRAN, "iso2": "IRANX"}], r"iso2 'IRANX' must be two capital letters"),
    "one code twice": (
        [IRAN, actor("A", iso2="IR")],
        r"a\.jsonl:2: x:A: iso2 IR is that of Q794 \(.*a\.jsonl:1\)",
    ),
    "a word for and against": (
        [actor("A", aliases=[{"text": "A", "needs": ["b", "c"], "unless": ["c"]}])],
        "alias 'A' has 'c' in `needs` and in `unless`",
    ),
    "an alias twice, with the same context": (
        [actor("A", aliases=[CLASH]), actor("B", aliases=[CLASH])],
        r"a\.jsonl:2: x:B: alias 'PIF' is also claimed by x:A .*other `needs`",
    ),
    "one id twice": ([IRAN, "", IRAN], r"a\.jsonl:3: Q794: .*a\.jsonl:1"),
    "unknown parent": (
        [IRAN, actor("A", parents=["Irann"])],
        r"a\.jsonl:2: x:A: .*'Irann'.*did you mean 'Iran'",
    ),
    "a code that two bear": (
        [IRAN, {**IRAN, "id": "x", "name": "Persia", "aliases": []}, actor("A", parents=["IR"])],
        r"a\.jsonl:3: x:A: 'IR' names several actors",
    ),
    "unknown member": ([actor("A", members=["B"])], r"a\.jsonl:1: x:A: .*'B'"),
    "unknown office": ([actor("A", roles=[{"title": "head", "of": "B"}])], r"a\.jsonl:1: x:A: .*'B'"),
    "a name two actors bear": (
        [IRAN, {**IRAN, "id": "x"}, actor("A", parents=["Iran"])],
        r"a\.jsonl:3: .*names several actors \(Q794, x\)",
    ),
    "a circle": (
        [actor("A", parents=["B"]), actor("B", parents=["A"])],
        r"a\.jsonl:1: x:A: is its own ancestor",
    ),
    "an alias twice": ([IRAN, actor("A", aliases=["Iran"])], r"a\.jsonl:2: x:A: .*'Iran'.*Q794 .*a\.jsonl:1"),
    "an alias in any case, beside one as written": (
        [IRAN, actor("A", aliases=[{"text": "iran", "case": "any"}])],
        r"a\.jsonl:2: x:A: alias 'iran' is also claimed by Q794 as 'Iran' .*a\.jsonl:1",
    ),
    "an alias as written, beside one in any case": (
        [actor("A", aliases=[{"text": "iran", "case": "any"}]), IRAN],
        r"a\.jsonl:2: Q794: alias 'Iran' is also claimed by x:A as 'iran'",
    ),
    "an alias in capitals only": (
        [IRAN, actor("A", aliases=[{"text": "iran", "case": "upper"}])],
        r"a\.jsonl:2: x:A: .*by Q794 as 'Iran'",
    ),
    "an alias as a headline has it": (
        [IRAN, actor("A", aliases=["IRAN"])],
        r"a\.jsonl:2: x:A: .*by Q794 as 'Iran'",
    ),
    "an alias with a curly quote": (
        [actor("A", aliases=["Cote d'Or"]), actor("B", aliases=["Cote d\u2019Or"])],
        r"a\.jsonl:2: x:B: .*by x:A as \"Cote d'Or\"",
    ),
    "an alias without its accents": (
        [actor("A", aliases=["Côte"]), actor("B", aliases=["Cote"])],
        r"a\.jsonl:2: x:B: .*by x:A as 'Côte'",
    ),
    "a decoy in capitals": ([IRAN, actor("A", decoys=["IRAN"])], r"decoy 'IRAN' is an alias 'Iran' of Q794"),
    "an alias that is a decoy": ([IRAN, actor("A", decoys=["Iran"])], r"a\.jsonl:2: .*decoy 'Iran'.*Q794"),
    "an empty alias": ([actor("A", aliases=[" "])], r"a\.jsonl:1: x:A: alias ' ' has no letter or digit"),
    "an alias of marks": ([actor("A", aliases=["!!!"])], "alias '!!!' has no letter or digit"),
    "an empty decoy": ([actor("A", decoys=[""])], "decoy '' has no letter or digit"),
    "an empty context word": (
        [actor("A", aliases=[{"text": "A", "needs": ["*"]}])],
        r"context word '\*' has no letter or digit",
    ),
    "spaces that no text has": (
        [actor("A", aliases=["White  House "])],
        "alias 'White  House ' can never be met; write 'White House'",
    ),
    "capitals that are longer": (
        [actor("A", aliases=[{"text": "Straße", "case": "upper"}])],
        r"a\.jsonl:1: x:A: alias 'Straße' can never be met; write 'STRASSE'",
    ),
    "capitals of another letter": (
        [actor("A", aliases=[{"text": "I\u015f\u0131k", "case": "upper"}])],
        "alias 'I\u015f\u0131k' can never be met; write 'I\u015eIK'",
    ),
    "capitals of a ligature": (
        [actor("A", aliases=[{"text": "oﬃce", "case": "upper"}])],
        "alias 'oﬃce' can never be met; write 'OFFICE'",
    ),
    "two in one office": (
        [
            IRAN,
            actor(
                "A", roles=[{"title": "president", "of": "Iran", "from": "2013-08-03", "to": "2021-08-03"}]
            ),
            actor("B", roles=[{"title": "president", "of": "Iran", "from": "2021-08-02"}]),
        ],
        r"a\.jsonl:3: x:B: is president of Q794 from 2021-08-02, while x:A .*a\.jsonl:2.* until 2021-08-03",
    ),
    "two in one office, its title in another case": (
        [
            IRAN,
            actor("A", roles=[{"title": "president", "of": "Iran", "from": "2013-08-03"}]),
            actor("B", roles=[{"title": "President", "of": "Iran", "from": "2021-08-02"}]),
        ],
        r"a\.jsonl:3: x:B: is president of Q794 from 2021-08-02, while x:A .* until now",
    ),
    "a role that ends first": (
        [IRAN, actor("A", roles=[{"title": "head", "of": "Iran", "from": "2020-01-02", "to": "2020-01-01"}])],
        r"a\.jsonl:2: x:A: role 'head' ends",
    ),
}


@pytest.mark.parametrize(("actors", "message"), WRONG.values(), ids=WRONG.keys())
def test_contradictions_are_refused_with_file_and_line(tmp_path, actors, message):
    with pytest.raises(ConfigError, match=message):
        load_catalogue(write(tmp_path, *actors))


def test_bytes_that_are_no_text_are_named_with_their_place(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'\n{"id": "caf\xe9"}')
    with pytest.raises(ConfigError, match=r"a\.jsonl:2: not an actor: byte 12 of the line is not UTF-8"):
        load_catalogue(tmp_path)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"no \*\.jsonl"):
        load_catalogue(tmp_path)


def test_an_alias_may_be_shared_with_context(tmp_path):
    assert len(load_catalogue(write(tmp_path, actor("A", aliases=["PIF"]), actor("B", aliases=[CLASH])))) == 2


def test_aliases_that_no_text_spells_alike_may_stand_beside_one_another(tmp_path):
    both = (actor("A", aliases=["Us"]), actor("B", aliases=["US"]))  # too short to stand in capitals
    assert len(load_catalogue(write(tmp_path, *both))) == 2


def test_shipped_catalogue_is_as_large_as_promised(catalogue):
    actors = catalogue.actors.values()
    count = Counter(actor.type for actor in actors)
    assert count["country"] + count["territory"] == len([a for a in actors if a.iso2]) == 250
    assert count["organisation"] >= 150
    assert len([a for a in actors if a.type == "person" and a.roles]) >= 600
    assert count["armed_group"] >= 80
    assert count["company"] + count["agency"] >= 150
    capitals = [a for a in actors if any(alias.kind == "capital" for alias in a.spelled())]
    assert len(capitals) >= 200
    assert len([a for a in actors if a.type == "place" and a.parents]) - len(capitals) >= 300


def test_shipped_catalogue_is_what_its_sources_make(tmp_path, shared):
    build.main(shared / "facts", tmp_path)
    for made in sorted(tmp_path.iterdir()):
        shipped = CONFIG / "actors" / made.name
        assert shipped.read_text() == made.read_text(), f"{shipped} is not what tools.catalogue.build writes"
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in (CONFIG / "actors").iterdir()}


FIND = {
    "name": ("Iran", ["Q794"]),
    "any case": ("iran", ["Q794"]),
    "id": ("Q794", ["Q794"]),
    "acronym": ("NATO", ["Q7184"]),
    "alias": ("Persian Gulf", ["place:persian-gulf"]),
    "alias as spelled": ("US", ["Q30"]),
    "several": ("Congolese", ["Q974", "Q971"]),
    "accents left out": ("Erdogan", ["Q39259"]),
    "a curly quote": ("Cote d\u2019Ivoire", ["Q1008"]),
    "unknown": ("Atlantis", []),
}


@pytest.mark.parametrize(("asked", "ids"), FIND.values(), ids=FIND.keys())
def test_find(catalogue, asked, ids):
    assert [a.id for a in catalogue.find(asked)] == ids


OFFICES = {
    "title": ("Taoiseach", "Leo Varadkar"),
    "title of": ("prime minister of Japan", "Shinzo Abe"),
    "title of the": ("president of the United States", "Barack Obama"),
    "the before all": ("The US president", "Barack Obama"),
    "whose before": ("US president", "Barack Obama"),
    "possessive": ("Japan's Prime Minister", "Shinzo Abe"),
    "demonym, synonym": ("Japanese PM", "Shinzo Abe"),
}


@pytest.mark.parametrize(("asked", "holder"), OFFICES.values(), ids=OFFICES.keys())
def test_who_holds_or_held_an_office(catalogue, asked, holder):
    assert holder in [actor.name for actor in catalogue.holding(asked)]


@pytest.mark.parametrize("asked", ["lord mayor", "Iran's lord mayor"])
def test_who_holds_an_office_comes_before_who_held_it(asked):
    terms = {
        "First": ("2001-01-01", "2009-12-31"),
        "Now": ("2020-01-01", None),
        "Then": ("2010-01-01", "2019-12-31"),
    }
    day = date.fromisoformat
    held = [
        Actor(id=n, name=n, type="person", roles=(Role("lord mayor", "ir", day(a), day(b) if b else None),))
        for n, (a, b) in terms.items()
    ]
    iran = Actor(id="ir", name="Iran", type="country", aliases=("Iran",))
    assert [actor.name for actor in Catalogue([iran, *held]).holding(asked)] == ["Now", "Then", "First"]


@pytest.mark.parametrize("asked", ["US emperor", "president of Atlantis", "president", "of", ""])
def test_no_office(catalogue, asked):
    held = {actor.name for actor in catalogue.holding(asked)}
    assert bool(held) == (asked == "president")


def test_groups_have_members_and_no_name_in_a_text(catalogue):
    members = {name: {a.name for a in catalogue.members(catalogue.find(name)[0].id)} for name in GROUPS}
    assert all(members[name] >= some for name, some in GROUPS.items())
    assert "South Africa" not in members["West Africa"]
    assert [catalogue.find(name)[0].aliases for name in ("West Africa", "Central banks")] == [(), ()]


GROUPS = {
    "West Africa": {"Mali", "Niger", "Nigeria", "Togo"},
    "Africa": {"Mali", "Kenya", "South Africa", "Egypt"},
    "Middle East": {"Iran", "Israel"},
    "Alliance of Sahel States": {"Mali", "Niger", "Burkina Faso"},
    "Central banks": {"European Central Bank", "Federal Reserve", "Bank of Japan"},
}


def test_members_are_those_who_belong_to_it(catalogue):
    nato = catalogue.find("NATO")[0]
    assert {"Germany", "United States", "Turkey"} <= {a.name for a in catalogue.members(nato.id)}
    assert "Russia" not in {a.name for a in catalogue.members(nato.id)}
    assert catalogue.members("Q794") == catalogue.members("Atlantis") == []


def test_lookups_by_id_name_and_alias(catalogue):
    assert catalogue.get("Q794").name == "Iran"
    assert catalogue.get("Iran") is None
    assert [a.id for a in catalogue.named("iran")] == ["Q794"]
    assert catalogue.named("Persians") == []
    assert [a.id for a in catalogue.called("Iranian")] == ["Q794"]


def test_nearest_helps_with_a_typo(catalogue):
    assert "Germany" in catalogue.nearest("Germny")


def test_version_follows_the_content(tmp_path, catalogue):
    one = Tagger(load_catalogue(write(tmp_path, IRAN)), TopicRules(()))
    same = Tagger(load_catalogue(tmp_path), TopicRules(()))
    other = Tagger(load_catalogue(write(tmp_path, {**IRAN, "decoys": ["Iran Air"]})), TopicRules(()))
    assert one.version == same.version != other.version
