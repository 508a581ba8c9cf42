"""Timelines of inhibition: another watch the same article met says more."""

from tests.routing.timeline import Timeline, exactly

RULE = """
route: {receiver: ops}
inhibit_rules:
  - {name: the narrower watch tells}
"""
SOME = """
route: {receiver: ops}
inhibit_rules:
  - name: both together
    target_matchers: ['watch=~"nato|iran"']
    source_matchers: [watch=nato-iran]
"""
EQUAL = """
route: {receiver: ops}
inhibit_rules:
  - name: same rank
    target_matchers: [watch=nato]
    source_matchers: [watch=iran]
    only_higher: false
"""


def test_a_watch_of_higher_severity_mutes(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("a", watch="nato", severity="medium", also={"nato-iran": "high"})
    t.at(1).alert("b", watch="nato-iran", severity="high", also={"nato": "medium"})
    t.expect(exactly(1), "ops", "b")
    t.play(to=3600)
    assert t.ledger("a") == ("inhibited", "the narrower watch tells: its article also met nato-iran")


def test_the_order_does_not_matter(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("b", watch="nato-iran", severity="high", also={"nato": "medium"})
    t.at(5).alert("a", watch="nato", severity="medium", also={"nato-iran": "high"})
    t.expect(exactly(0), "ops", "b")
    t.play(to=3600)


def test_the_same_severity_mutes_nobody(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("a", watch="nato", severity="high", also={"iran": "high"})
    t.at(0).alert("b", watch="iran", severity="high", also={"nato": "high"})
    t.expect(exactly(0), "ops", "a")
    t.expect(exactly(0), "ops", "b")
    t.play(to=3600)


def test_without_a_rule_nothing_is_muted(tmp_path):
    t = Timeline(tmp_path, "route: {receiver: ops}")
    t.at(0).alert("a", also={"other": "critical"})
    t.expect(exactly(0), "ops", "a")
    t.play(to=3600)


def test_a_rule_for_some_watches(tmp_path):
    t = Timeline(tmp_path, SOME)
    t.at(0).alert("a", watch="nato", severity="low", also={"nato-iran": "high"})
    t.at(1).alert("b", watch="oil", severity="low", also={"nato-iran": "high"})
    t.at(2).alert("c", watch="nato", severity="low", also={"war": "critical"})
    t.expect(exactly(1), "ops", "b")
    t.expect(exactly(2), "ops", "c")
    t.play(to=3600)


def test_a_rule_may_mute_at_the_same_severity(tmp_path):
    t = Timeline(tmp_path, EQUAL)
    t.at(0).alert("a", watch="nato", severity="high", also={"iran": "low"})
    t.at(0).alert("b", watch="iran", severity="low", also={"nato": "high"})
    t.expect(exactly(0), "ops", "b")
    t.play(to=3600)


def test_an_alert_of_another_article_is_not_muted(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("b", watch="nato-iran", severity="high", also={"nato": "medium"})
    t.at(1).alert("a", watch="nato", severity="medium")
    t.expect(exactly(0), "ops", "b")
    t.expect(exactly(1), "ops", "a")
    t.play(to=3600)


def test_it_is_muted_for_all_receivers_and_within_groups(tmp_path):
    t = Timeline(
        tmp_path,
        """
        route:
          receiver: ops
          group_by: [watch]
          routes: [{receiver: desk, continue: true}, {receiver: mail}]
        inhibit_rules: [{name: r}]
        """,
    )
    t.at(0).alert("a", watch="nato", severity="low", also={"war": "critical"})
    t.play(to=3600)
    assert t.ledger("a", "desk")[0] == t.ledger("a", "mail")[0] == "inhibited"
    assert t.ledger("a", "ops") is None


def test_the_closing_of_what_was_muted_is_muted(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("a", story="s", severity="low", also={"war": "critical"})
    t.at(9).alert("z", story="s", severity="low", status="closed", step="closed")
    t.play(to=3600)
    assert t.ledger("z")[0] == "inhibited"


def test_system_alerts_are_not_muted(tmp_path):
    t = Timeline(tmp_path, RULE)
    t.at(0).alert("a", kind="system", watch="system/receiver", story=None)
    t.expect(exactly(0), "ops", "a")
    t.play(to=3600)
