"""Feed documents written for the purpose: one entry, in every format."""

import json

from connectors.feeds.parse.read import parse

URL = "https://news.example/feeds/rss"


def read(body, content_type="application/xml"):
    body = body.encode() if isinstance(body, str) else body
    return parse(body, url=URL, content_type=content_type)


def rss(item="<title>T</title>", channel=""):
    return f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>{channel}<item>{item}</item></channel></rss>'  # noqa: E501


def atom(entry="<title>T</title>", feed=""):
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{feed}<entry>{entry}</entry></feed>'


def rdf(item):
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item>{item}</item></rdf:RDF>'
    )


def jsonfeed(*items, **item):
    entries = items or [item]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": entries})


def sitemap(inner, loc="https://news.example/1"):
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
        'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" '
        'xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">'
        f"<url><loc>{loc}</loc>{inner}</url></urlset>"
    )


IMAGE = "<image:image><image:loc>https://i.example/</image:loc><image:title>A cat</image:title></image:image>"

VIDEO = "<video:video><video:publication_date>2020-01-01</video:publication_date></video:video>"


def described(text):
    return rss(f"<title>T</title><description>{text}</description>")


def cdata(text):
    return described(f"<![CDATA[{text}]]>")


SUMMARY = "<description>Leaders met.</description>"


def captioned(*parts):
    return rss("<title>T</title>" + "".join(parts))


def media(text, attributes=""):
    described = f"<media:description{attributes}>{text}</media:description>"
    return f"<media:content url='i.jpg'>{described}</media:content>"


CAPTION = "The president at a podium, on Monday, with a guest."


def dated(text, tag="pubDate"):
    return rss(f"<title>T</title><{tag}>{text}</{tag}>")


ONE = "https://news.example/1"
