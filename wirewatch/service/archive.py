"""The articles of the past that Kafka retains, for the command line."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from connectors.kafka.bounded import RetainedArticles
from connectors.kafka.clients import open_admin, open_reader
from connectors.kafka.protocols import BrokerAwayError, Reader, TopicPartition
from wirewatch import ids
from wirewatch.article import Article
from wirewatch.errors import DependencyMissingError
from wirewatch.service.place import Place
from wirewatch.settings import Settings


class Archive:
    """What `articles` held when it was opened; each iteration reads it anew, in the order it came."""

    def __init__(self, retained: RetainedArticles, settings: Settings) -> None:
        self._retained = retained
        self._settings = settings

    @property
    def unreadable(self) -> int:
        """How many records the latest iteration passed over: they are no articles."""
        return self._retained.unreadable

    def __iter__(self) -> Iterator[Article]:
        """Yield the articles. Raises DependencyMissingError when the broker stops answering."""
        try:
            yield from self._retained
        except BrokerAwayError as error:
            raise broker_away(self._settings, error) from error


@contextmanager
def open_archive(place: Place) -> Iterator[Archive]:
    """Open the articles that Kafka holds now. Raises DependencyMissingError when it does not answer."""
    topic = place.settings.kafka.topic("articles")
    try:
        admin = open_admin(place)
        try:
            info = admin.topics([topic]).get(topic)
        finally:
            admin.close()
        partitions = [TopicPartition(topic, number) for number in range(info.partitions if info else 0)]
        client = place.settings.kafka.pipeline_client
        reader = open_reader(place, client=client, group="backtest")
    except BrokerAwayError as error:
        raise broker_away(place.settings, error) from error
    try:
        yield Archive(_retained(reader, partitions, place.settings), place.settings)
    finally:
        reader.close()


def id_at(url: str) -> str:
    """Return the id of the article at `url`, however that is spelled."""
    return ids.article_id(url=url, source="", guid=None, title="", published=None)


def read_by_id(place: Place, wanted: Collection[str]) -> dict[str, Article]:
    """Return the articles with these ids as the service read them last, of those that Kafka holds.

    Raises DependencyMissingError when the broker does not answer.
    """
    with open_archive(place) as archive:
        return {article.id: article for article in archive if article.id in wanted}


def _retained(reader: Reader, partitions: list[TopicPartition], settings: Settings) -> RetainedArticles:
    try:
        return RetainedArticles(reader, partitions)
    except BrokerAwayError as error:
        raise broker_away(settings, error) from error


def broker_away(settings: Settings, error: BrokerAwayError) -> DependencyMissingError:
    """Return what a person is told when the broker does not answer."""
    hint = (
        "`wirewatch up` starts it"
        if settings.managed_broker
        else "see kafka.bootstrap_servers in wirewatch.yaml"
    )
    return DependencyMissingError(
        f"the broker at {settings.bootstrap_servers} does not answer ({error}); {hint}"
    )
