"""What `articles.tagged` says of an article: its head and its tags."""

from wirewatch.article import Article, TaggedArticle
from wirewatch.tagging.tagger import Tags


def tagged_article(article: Article, tags: Tags, version: str) -> TaggedArticle:
    """Return the record of `articles.tagged`."""
    return TaggedArticle(
        id=article.id,
        origin=article.origin,
        source=article.source,
        feed=article.feed,
        tier=article.tier,
        country=article.country,
        tags=article.tags,
        url=article.url,
        title=article.title,
        language=tags.language,
        published=article.published,
        fetched=article.fetched,
        time=article.time,
        time_source=article.time_source,
        revision=article.revision,
        text_hash=article.text_hash,
        actors=tags.actors,
        topics=tags.topics,
        config_version=version,
    )
