"""Reading and writing the records of the topics, with the version rule in one place.

Records are JSON. Evolution is additive with defaults only, so an older record always reads; a record of a
higher `v` than this program knows stops the part (`NewerRecordError`) rather than being half understood.
"""

from typing import Final, Generic, TypeVar

import msgspec

from wirewatch.alert import ALERT_VERSION, GROUP_VERSION, Alert, AlertGroup
from wirewatch.article import ARTICLE_VERSION, TAGGED_VERSION, Article, TaggedArticle
from wirewatch.bounds import refuse_long
from wirewatch.errors import NewerRecordError
from wirewatch.timing import refuse_ahead

T = TypeVar("T", bound=msgspec.Struct)

_UNDECODABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for bytes that are no such record; the last for objects nested too deep."""


class _Version(msgspec.Struct):
    v: int = 1


class UndecodableError(ValueError):
    """The bytes are not a record of this kind; the message says where it goes wrong."""


class Codec(Generic[T]):
    """Encodes and decodes one kind of record."""

    def __init__(self, kind: type[T], version: int) -> None:
        self.kind = kind
        self.version = version
        self._decoder = msgspec.json.Decoder(kind)
        self._encoder = msgspec.json.Encoder()
        self._peek = msgspec.json.Decoder(_Version)

    def encode(self, record: T) -> bytes:
        """Return `record` as JSON, UTF-8."""
        return self._encoder.encode(record)

    def decode(self, data: bytes) -> T:
        """Return the record in `data`.

        Raises UndecodableError for bytes that are no such record, NewerRecordError for a version this
        program does not know (also when the newer record would not fit the schema of today).
        """
        try:
            record = self._decoder.decode(data)
        except _UNDECODABLE as error:
            self._refuse_newer(self._peek_version(data))
            raise UndecodableError(str(error)) from error
        self._refuse_newer(record.v)  # type: ignore[attr-defined]  # every record kind has v
        return record

    def _peek_version(self, data: bytes) -> int:
        try:
            return self._peek.decode(data).v
        except _UNDECODABLE:
            return self.version

    def _refuse_newer(self, found: int) -> None:
        if found > self.version:
            raise NewerRecordError(
                f"a {self.kind.__name__} record has version {found}, this wirewatch knows up to "
                f"{self.version}: upgrade wirewatch, then start this part again (nothing was skipped)"
            )


ARTICLES: Final = Codec(Article, ARTICLE_VERSION)
TAGGED: Final = Codec(TaggedArticle, TAGGED_VERSION)
ALERTS: Final = Codec(Alert, ALERT_VERSION)
GROUPS: Final = Codec(AlertGroup, GROUP_VERSION)


def read_article(value: bytes | None) -> Article:
    """Return the article that is the value of a record of `articles`, within what our connectors keep to.

    Raises UndecodableError, RefusedArticleError and NewerRecordError.
    """
    article = ARTICLES.decode(value or b"")
    refuse_ahead(article.time, article.fetched)
    refuse_long(article)
    return article
