"""`catalogue check`, `find`, `add` and `tag --explain`, as an editor types them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wirewatch.errors import WirewatchError
from wirewatch.service.cli import app
from wirewatch.tagging import load_catalogue


def run(config, *words):
    done = CliRunner().invoke(app, [*words, "--config", str(config), "--data", str(config.parent / "data")])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_check_counts_the_actors_by_type(config, catalogue):
    done = run(config, "catalogue", "check", "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["ok"], said["actors"]) == (0, True, len(catalogue))
    assert said["country"] + said["territory"] == 250


def test_check_says_up_to_which_day_offices_are_known(config):
    one = {"id": "x:1", "name": "Zed Yonder", "type": "person", "aliases": ["Zed Yonder"]}
    one["roles"] = [{"title": "envoy", "of": "NATO", "from": "2099-01-31", "to": "2100-01-31"}]
    (config / "actors" / "more.jsonl").write_text(json.dumps(one))
    assert "offices are known up to 2099-01-31;" in run(config, "catalogue", "check").stdout
    assert json.loads(run(config, "catalogue", "check", "--json").stdout)["offices_until"] == "2099-01-31"


def test_check_says_which_offices_have_ended_with_nobody_known_since(config):
    yesterday = str(datetime.now(UTC).date() - timedelta(days=1))
    for name, term in {
        "Zed Yonder": {"title": "envoy", "from": "2020-01-31", "to": yesterday},
        "Zoe Yonder": {"title": "marshal", "from": "2020-01-31", "to": yesterday},
        "Zac Yonder": {"title": "marshal", "from": yesterday},
        "Zia Yonder": {"title": "consul", "from": "2020-01-31", "to": "2022-01-31"},
    }.items():
        one = {
            "id": name,
            "name": name,
            "type": "person",
            "aliases": [name],
            "roles": [{"of": "NATO", **term}],
        }
        with (config / "actors" / "more.jsonl").open("a") as more:
            more.write(json.dumps(one) + "\n")
    said = run(config, "catalogue", "check").stdout.partition(
        "ended in the past year, with no known successor:\n"
    )[2]
    assert f"  {yesterday}  envoy of NATO (Zed Yonder)\n" in said
    assert "marshal" not in said
    assert "consul" not in said
    ended = json.loads(run(config, "catalogue", "check", "--json").stdout)["offices_ended"]
    assert {"ended": yesterday, "office": "envoy of NATO (Zed Yonder)"} in ended


def test_check_names_every_contradiction(config):
    wrong = [
        {"id": "x:1", "name": "One", "type": "place", "parents": ["Atlantis"], "aliases": ["One"]},
        {"id": "x:2", "name": "Two", "type": "company", "aliases": ["NATO"]},
    ]
    (config / "actors" / "wrong.jsonl").write_text("\n".join(map(json.dumps, wrong)))
    done = run(config, "catalogue", "check")
    assert done.exit_code == 2
    assert "wrong.jsonl:1: x:1: no actor has the id, name or code 'Atlantis'" in done.stderr
    assert "wrong.jsonl:2: x:2: alias 'NATO' is also claimed by Q7184" in done.stderr


def test_check_doubts_everyday_words(config):
    taken = {"id": "x:1", "name": "Brown Group", "type": "company", "aliases": ["Brown Group", "Brown"]}
    told = {"id": "x:2", "name": "May", "type": "company", "aliases": [{"text": "May", "needs": ["shop*"]}]}
    (config / "actors" / "more.jsonl").write_text("\n".join(map(json.dumps, (taken, told))))
    done = run(config, "catalogue", "check")
    assert "more.jsonl:1: x:1: alias 'Brown' is a word or a name of many" in done.stderr
    assert "x:2" not in done.stderr


def test_what_is_an_everyday_word_is_told_by_how_it_is_written(config):
    said = {
        "everyday": ["Zoom", "Visa", "Stripe", {"text": "orange", "case": "any"}],
        "taken": ["GAP", "WeStore", "Zoom Video", "Zyzzyx", {"text": "Slack", "case": "upper"}],
    }
    for name, aliases in said.items():
        one = {"id": f"x:{name}", "name": name, "type": "company", "aliases": aliases}
        (config / "actors" / f"{name}.jsonl").write_text(json.dumps(one))
    thought_of = {"id": "x:3", "name": "Block", "type": "company", "aliases": ["Block"]}
    (config / "actors" / "more.jsonl").write_text(json.dumps({**thought_of, "decoys": ["Block party"]}))
    doubts = run(config, "catalogue", "check").stderr.splitlines()
    assert [line.partition("alias ")[2].split("'")[1] for line in doubts] == [
        *("Zoom", "Visa", "Stripe", "orange")
    ]
    assert all("everyday.jsonl:1: x:everyday: " in line for line in doubts)


def test_the_catalogue_that_comes_along_has_no_doubts(config):
    assert run(config, "catalogue", "check").stderr == ""


def test_check_names_every_broken_line(config):
    (config / "actors" / "wrong.jsonl").write_text('{"id": 1}\n{\n')
    done = run(config, "catalogue", "check")
    assert done.exit_code == 2
    assert [line.partition("wrong.jsonl:")[2][:1] for line in done.stderr.splitlines()] == ["1", "2"]
    assert "2 broken lines" in done.stdout


def test_check_points_to_what_no_text_names(config):
    wrong = [
        {"id": "x:1", "name": "One", "type": "person"},
        {
            "id": "x:2",
            "name": "Two",
            "type": "company",
            "aliases": ["Two Zyzzyx"],
            "roles": [{"title": "aide", "of": "x:1"}],
        },
    ]
    (config / "actors" / "wrong.jsonl").write_text("\n".join(map(json.dumps, wrong)))
    done = run(config, "catalogue", "check")
    assert done.exit_code == 0
    assert "wrong.jsonl:1: x:1: has no alias, so no text names it" in done.stderr
    assert "wrong.jsonl:2: x:2: is a company and has roles" in done.stderr
    assert "wrong.jsonl:2: x:2: is aide of a person (x:1)" in done.stderr


def test_check_points_to_an_alias_that_is_a_surname(config):
    wrong = [
        {"id": "x:1", "name": "Zed", "type": "company", "aliases": ["Zed", "Rubio"]},
        {
            "id": "x:2",
            "name": "Yon",
            "type": "company",
            "aliases": [{"text": "Merkel", "needs": ["kitchen"]}],
        },
    ]
    (config / "actors" / "wrong.jsonl").write_text("\n".join(map(json.dumps, wrong)))
    done = run(config, "catalogue", "check")
    assert done.exit_code == 0
    (said,) = done.stderr.splitlines()
    assert "wrong.jsonl:1: x:1: alias 'Rubio' is the surname of person:marco-rubio too," in said
    assert " and names Zed wherever they are not named in full; give it `needs`" in said


def test_check_points_to_a_longer_alias_that_hides_a_shorter_one(config):
    one = {
        "id": "x:1",
        "name": "Ann Zedd",
        "type": "person",
        "aliases": [{"text": "Ann Zedd", "needs": ["Yonder"]}, "Zedd", "Ann B. Zedd"],
    }
    (config / "actors" / "more.jsonl").write_text(json.dumps(one))
    done = run(config, "catalogue", "check")
    assert done.exit_code == 0
    (said,) = done.stderr.splitlines()
    assert "more.jsonl:1: x:1: alias 'Ann Zedd' has `needs`, and hides 'Zedd', which has none," in said


def test_check_points_to_two_offices_that_one_word_may_mean(config):
    one = {
        "id": "x:1",
        "name": "Zed Yonder",
        "type": "person",
        "roles": [{"title": "Premier", "of": "United Kingdom", "from": "2022-10-25"}],
        "aliases": ["Zed Yonder"],
    }
    (config / "actors" / "more.jsonl").write_text(json.dumps(one))
    done = run(config, "catalogue", "check")
    assert done.exit_code == 0
    assert "is prime minister of Q145 while x:1 (" in done.stderr
    assert "more.jsonl:1) is premier; 'premier' and 'prime minister' may mean either" in done.stderr


def test_find_shows_who_and_where(config):
    found = json.loads(run(config, "catalogue", "find", "Nato", "--json").stdout)
    path, number = found["at"].rsplit(":", 1)
    line = Path(path).read_text(encoding="utf-8").splitlines()[int(number) - 1]
    assert json.loads(line)["id"] == found["id"] == "Q7184"
    assert (
        "secretary general of NATO, 2014-10-01 to 2024-10-01"
        in run(config, "catalogue", "find", "Stoltenberg").stdout
    )


def test_find_names_states_and_lists_of_words(config):
    shown = run(config, "catalogue", "find", "Marco Rubio").stdout
    assert "stands for: United States\n" in shown
    assert "Rubio (name) with @diplomacy without @namesake" in shown
    assert "prime minister of United Kingdom, " in run(config, "catalogue", "find", "Keir Starmer").stdout


def test_find_shows_who_holds_an_office(config):
    assert "Ali Khamenei" in run(config, "catalogue", "find", "Supreme Leader").stdout


def test_find_helps_with_a_typo(config):
    with pytest.raises(WirewatchError, match=r"did you mean one of: .*Germany"):
        run(config, "catalogue", "find", "Germny")


def test_add_refuses_an_alias_of_no_kind(config):
    with pytest.raises(WirewatchError, match=r"no kind 'surnme' of alias; there are name, .*surname"):
        run(config, "catalogue", "add", "Ann Onymous", "--type", "person", "--alias", "surnme:Onymous")


def test_add_writes_one_line_in_its_place(config):
    before = (config / "actors" / "people.jsonl").read_text().splitlines()
    role = "director general, World Trade Organization, 1995-01-01, 1995-05-01"
    done = run(config, "catalogue", "add", "Peter Sutherland", "--type", "person", "--parent", "Ireland",
               "--alias", "surname:Sutherland", "--role", role)  # fmt: skip
    after = (config / "actors" / "people.jsonl").read_text().splitlines()
    (number,) = [n for n, line in enumerate(after, 1) if "Peter Sutherland" in line]
    assert f"people.jsonl:{number}" in done.stdout
    assert after[: number - 1] + after[number:] == before
    names = [json.loads(line)["name"].casefold() for line in after]
    assert names == sorted(names)
    (added,) = load_catalogue(config / "actors").find("Peter Sutherland")
    assert [(r.title, str(r.end)) for r in added.roles] == [("director general", "1995-05-01")]


REFUSED = {
    "an alias of another": (["NATO", "--type", "company"], "alias 'NATO' is also claimed"),
    "an alias of another, accents left out": (
        ["Erdogan", "--type", "person"],
        "alias 'Erdogan' is also claimed by Q39259 as 'Erdoğan'",
    ),
    "a month": (["May", "--type", "company"], "'May' is a word or a name of many, .* say with --needs"),
    "an everyday word": (["Zoom", "--type", "company"], "'Zoom' is an everyday word, .* --anyway"),
    "a verb": (["Zyzzyx", "--type", "company", "--alias", "Said"], "'Said' is a word"),
    "a city's": (["Zyzzyx", "--type", "company", "--alias", "Paris"], "'Paris' is a name of .* too"),
    "an unknown parent": (["Zyzzyx", "--type", "place", "--parent", "Atlantis"], "'Atlantis'"),
    "an office taken": (
        ["Jane Zyzzyx", "--type", "person", "--role", "secretary general, NATO, 2015-01-01, 2016-01-01"],
        "secretary general of Q7184 from 2015-01-01",
    ),
    "a role without its first day": (
        ["Zyzzyx", "--type", "person", "--role", "mayor, Paris"],
        "--role 'mayor, Paris': must be 'TITLE, BODY, FROM",
    ),
    "its own place, which it has not": (["NATO", "--type", "company"], "^the new actor: company:nato: "),
    "an unknown type": (["Zyzzyx", "--type", "planet"], "--type planet: must be one of country"),
    "a role without a date": (["Zyzzyx", "--type", "person", "--role", "head, NATO, soon"], "--role"),
    "a name without letters": (["!!", "--type", "place"], "no letter"),
}


def test_add_takes_an_everyday_word_with_what_tells_it(config):
    run(
        config, "catalogue", "add", "May", "--type", "company", "--alias", "surname:Zyzzyx", "--needs", "Zyx*"
    )
    (added,) = [actor for actor in load_catalogue(config / "actors").find("May") if actor.type == "company"]
    assert [alias.needs for alias in added.spelled()] == [("Zyx*",), ()]


def test_add_takes_an_everyday_word_anyway(config):
    run(config, "catalogue", "add", "Zoom Video", "--type", "company", "--alias", "Zoom", "--anyway")
    (added,) = load_catalogue(config / "actors").find("Zoom Video")
    assert added.aliases == ("Zoom Video", "Zoom")
    with pytest.raises(WirewatchError, match="is also claimed"):
        run(config, "catalogue", "add", "NATO", "--type", "company", "--anyway")


def test_add_makes_a_group_that_no_text_names(config):
    words = ("--type", "organisation", "--member", "Iran", "--member", "NATO")
    run(config, "catalogue", "add", "Customers", *words)
    (added,) = load_catalogue(config / "actors").find("Customers")
    assert (added.members, added.aliases) == (("Q794", "Q7184"), ())
    assert "Customers" not in run(config, "catalogue", "check").stderr
    with pytest.raises(WirewatchError, match="'Irann'; did you mean 'Iran'"):
        run(config, "catalogue", "add", "Others", "--type", "organisation", "--member", "Irann")


def test_add_leaves_one_space_between_words(config):
    run(config, "catalogue", "add", " Foo  Bar\nLtd ", "--type", "company", "--alias", "acronym: F  B ")
    (added,) = load_catalogue(config / "actors").find("Foo Bar Ltd")
    assert [alias.text for alias in added.spelled()] == ["Foo Bar Ltd", "F B"]


def test_add_names_the_line_in_which_another_stands(config):
    lines = (config / "actors" / "organisations.jsonl").read_text().splitlines()
    (number,) = [n for n, line in enumerate(lines, 1) if json.loads(line)["id"] == "Q7184"]
    with pytest.raises(WirewatchError, match=rf"organisations\.jsonl:{number}; rename one"):
        run(config, "catalogue", "add", "AAA", "--type", "organisation", "--id", "Q7184")


@pytest.mark.parametrize(("words", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_add_refuses_what_check_would(config, words, message):
    files = {path: path.read_bytes() for path in (config / "actors").iterdir()}
    with pytest.raises(WirewatchError, match=message):
        run(config, "catalogue", "add", *words)
    assert {path: path.read_bytes() for path in (config / "actors").iterdir()} == files


def test_explain_says_why_not(config, tmp_path):
    article = tmp_path / "a.txt"
    article.write_text("Mr. Jordan eats French fries in Lebanon, Pa.\n\nHe told Reuters so on Monday.\n")
    done = run(config, "tag", str(article), "--explain")
    assert (
        "not 'Lebanon' in the title, character 33 (Q822 as name, us_place: a town in the United States)"
        in done.stdout
    )
    rejected = json.loads(run(config, "tag", str(article), "--explain", "--json").stdout)["rejected"]
    assert {"decoy", "person", "us_place", "source"} <= {one["rule"] for one in rejected}


def test_explain_says_which_topics_were_not_told_and_why(config, tmp_path):
    article = tmp_path / "a.txt"
    article.write_text(
        "Rebels storm prison\n\nInmates fled to the airport. A strike was late: a late strike won.\n"
    )
    done = run(config, "tag", str(article), "--explain")
    assert "not # transport (0." in done.stdout
    not_told = json.loads(run(config, "tag", str(article), "--explain", "--json").stdout)["topics_not_told"]
    by_name = {one["name"]: one for one in not_told}
    assert by_name["transport"]["why"] == "outweighed"
    assert by_name["transport"]["phrases"] == ["airport"]
    labor = by_name["labor dispute"]
    assert (labor["why"], labor["phrases"], labor["against"]) == ("against", ["strike"], ["late strike"])
    assert by_name["demonstration"]["why"] == "little"
    assert [one["score"] for one in not_told] == sorted((one["score"] for one in not_told), reverse=True)
    told = json.loads(run(config, "tag", str(article), "--json").stdout)
    assert "topics_not_told" not in told
    assert not {one["name"] for one in told["topics"]} & by_name.keys()


def test_finding_nothing_says_what_to_give(config):
    for command in ("topics", "catalogue"):
        with pytest.raises(WirewatchError, match=f"{command} find: give a name"):
            run(config, command, "find", " ")


def test_topics_are_found_by_words_of_a_headline(config):
    for words in ("labour dispute", "Labor Dispute"):
        assert run(config, "topics", "find", words).stdout.startswith("labor dispute  medtop:20000529")
    assert run(config, "topics", "find", "labour").stdout.startswith("labor  medtop:09000000\n")
    first, phrases, *_ = run(config, "topics", "find", "strike").stdout.splitlines()
    assert first == "labor dispute  medtop:20000529  below labor relations"
    assert "general strike" in phrases
    (only,) = run(config, "topics", "find", "20000529", "--json").stdout.splitlines()
    assert json.loads(only)["name"] == "labor dispute"
    with pytest.raises(WirewatchError, match="did you mean one of: diplomacy"):
        run(config, "topics", "find", "diplomacyy")
