"""What a trained model reads of an article arrives with its alert: through a broker, in a signed webhook."""

from datetime import timedelta

import pytest

from tests.acceptance.generated import START, article
from tests.acceptance.harness import wait_until
from tests.tagging.tiny_model import model_folder  # noqa: F401  # a fixture

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


def news(number, title, *paragraphs):
    return article(
        title=title,
        paragraphs=list(paragraphs),
        source=f"wire{number}.example",
        url=f"https://wire{number}.example/",
        time=START + timedelta(days=10 * number),  # of a story of its own each
    )


def test_a_webhook_carries_the_names_and_deeds_of_its_article(make_service, receiver, model_folder):  # noqa: F811
    service = make_service(tagging={"spacy_model": str(model_folder)})
    service.make_topics()
    service.start("pipeline", "notify")
    wait_until(lambda: service.ready("pipeline") and service.ready("notify"), 150, service)
    articles = [
        news(1, "Iran attacked Iraq .", "Rufus Firefly met Iran ."),
        news(2, "Rain fell .", "Iran saw rain ."),
    ]
    # One at a time: two alerts of one bundle share the time that there is for reading.
    for number, one in enumerate(articles, 1):
        service.produce([one])
        wait_until(lambda number=number: len(receiver.ids()["iran"]) >= number, 150, service)
    assert receiver.refused == []
    bodies = {body["article"]: body for _, body in receiver.received}
    war, rain = (bodies[one.id] for one in articles)

    reading = war["reading"]
    assert reading["model"] == rain["reading"]["model"] == "en_tiny 1.0.0"
    (name,) = reading["names"]
    assert (name["name"], name["type"]) == ("Rufus Firefly", "person")
    assert name["mentions"][0]["place"] == {"paragraph": 0, "start": 0, "end": len("Rufus Firefly")}
    deed = reading["deeds"][0]
    assert (deed["source_name"], deed["action"], deed["target_name"]) == ("Iran", "attacked", "Iraq")
    assert deed["sentence"] == "Iran attacked Iraq ."
    assert {deed["source"], deed["target"]} <= {actor["id"] for actor in war["actors"]}
    assert not rain["reading"]["names"]
