"""What the pages have in common: one file, no script, nothing from the network, one look."""

import jinja2
from markupsafe import Markup, escape

_STYLE = """\
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
h1 { font-size: 1.4em; line-height: 1.6 } h2 { font-size: 1.1em; margin-top: 2em }
mark { padding: 0.15em 0.3em; border-radius: 0.35em; background: #ffe08a }
table { border-collapse: collapse } th, td { padding: .15em 1em .15em 0; text-align: left }
th { font-weight: normal; color: #666 } td.n, th.n { text-align: right }
"""


def opening(title: str, style: str = "") -> Markup:
    """Return a page up to where its body begins; `title` is escaped, `style` is more CSS."""
    return Markup(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{}</title>\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n<style>\n{}</style></head><body>\n"
    ).format(escape(title), Markup(_STYLE + style))  # noqa: S704  # CSS of our own


CLOSING = Markup("</body></html>\n")


def template(source: str) -> jinja2.Template:
    """Return a template that escapes whatever it is given, and knows `opening` and `CLOSING`."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals.update(opening=opening, CLOSING=CLOSING)
    return environment.from_string(source)
