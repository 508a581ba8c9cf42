import json
from datetime import UTC, datetime


def test_countries_on_the_development_set(tagger, article, shared):
    """LGL, 588 local news articles of 2009: the set's own reference point is F1 .805."""
    hit = predicted = wanted = 0
    for line in (shared / "eval" / "lgl.jsonl").read_bytes().splitlines():
        record = json.loads(line)
        tags = tagger.tag(article("", record["text"], time=datetime(2009, 6, 1, tzinfo=UTC)))
        got, gold = {a.iso2 for a in tags.actors if a.iso2}, set(record["countries"])
        hit, predicted, wanted = hit + len(got & gold), predicted + len(got), wanted + len(gold)
    precision, recall = hit / predicted, hit / wanted
    f1 = 2 * precision * recall / (precision + recall)
    assert f1 >= 0.88, f"F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}"
