"""`only:`: what an article must be, whatever it says."""

from collections.abc import Iterator
from datetime import timedelta

from wirewatch.article import Article
from wirewatch.watches.model import Only
from wirewatch.watches.sources import domains


def admits(only: Only, article: Article, language: str | None) -> bool:
    """Tell whether `article`, found to be in `language`, is one of those that a watch asks for."""
    return next(refusals(only, article, language), None) is None


def refusals(only: Only, article: Article, language: str | None) -> Iterator[str]:
    """Yield each thing that speaks against `article`; what is not known of it does."""
    if only.languages and (language or "").lower() not in only.languages:
        yield f"language is {language or 'unknown'}, not {' or '.join(only.languages)}"
    yield from _source(only, article)
    if only.tiers and article.tier not in only.tiers:
        tier = "unknown" if article.tier is None else article.tier
        yield f"tier is {tier}, not {' or '.join(map(str, only.tiers))}"
    if only.published_within is not None:
        yield from _age(only.published_within, article)


def _source(only: Only, article: Article) -> Iterator[str]:
    if not only.sources:
        return
    names = set(domains(article.source))
    wanted = [name for name in only.sources if not name.startswith("-")]
    if not names.isdisjoint(name.removeprefix("-") for name in only.sources if name.startswith("-")):
        yield f"source {article.source} is left out"
    elif wanted and names.isdisjoint(wanted):
        yield f"source is {article.source}, not {' or '.join(wanted)}"


def _age(within: timedelta, article: Article) -> Iterator[str]:
    if article.published is None:
        yield "when it was published is unknown"
    elif article.fetched - article.published > within:
        age = article.fetched - article.published
        yield f"was published {age} before it was fetched, not within {within}"
