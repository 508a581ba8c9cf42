"""What a trained model reads of an article is the same on Flink: its workers load the model themselves."""

from datetime import timedelta

import pytest

from tests.acceptance.generated import START, article
from tests.flink.site import wait_until
from tests.tagging.tiny_model import model_folder  # noqa: F401  # a fixture

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]


def test_alerts_carry_the_same_readings_on_both_engines(stream, model_folder):  # noqa: F811
    ours, flink = stream(), stream()
    for each in (ours, flink):
        each.env["WIREWATCH_TAGGING__SPACY_MODEL"] = str(model_folder)
    with ours.embedded():
        flink.submit()
        # One at a time: two alerts of one bundle share the time that there is for reading.
        for number, title in enumerate(("Iran attacked Iraq .", "Russia imposed sanctions on Iran ."), 1):
            news = article(
                title=title,
                paragraphs=["Rufus Firefly met Iran ."],
                source=f"wire{number}.example",
                url=f"https://wire{number}.example/",
                time=START + timedelta(days=10 * number),  # of a story of its own each
            )
            for each in (ours, flink):
                each.produce([news])
                wait_until(lambda each=each, n=number: len(each.topics.told()) >= n, f"alert {number}")
        flink.flink("stop")
    told = ours.topics.told()
    assert [alert["reading"]["names"][0]["name"] for alert in told] == ["Rufus Firefly"] * 2
    assert flink.topics.told() == told
