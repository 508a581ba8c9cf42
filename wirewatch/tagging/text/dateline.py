"""Where an article was written and who wrote it, which is not what it is about: bylines and datelines."""

import re

_CAPITAL = "A-Z\u00c0-\u00d6\u00d8-\u00deĆČĐĞİŁŃŚŞŠŹŻŽ"
_CITY = rf"[{_CAPITAL}][{_CAPITAL}.'/ -]{{2,30}}"
_CITY_IN_SMALL = rf"[{_CAPITAL}][\w.'-]{{1,25}}(?: [{_CAPITAL}][\w.'-]{{1,25}}){{0,3}}"
_WHERE_AND_WHEN = r"(?:, [A-Z][\w. ]{1,25})?(?:, \w+\.? \d{1,2})?"
_BRACKET = r" \([\w /]{2,20}\)"
_AGENCY = (
    r" \((?i:AAP|AFP|Anadolu|ANI|ANSA|ANTARA|AP|Associated Press|AVN|BBC|Bloomberg|CNN|CTK|DHA|dpa|EFE"
    r"|Europa Press|IANS|Interfax|IRIN|IRNA|Jiji|Kyodo|Lusa|PAP|Petra|Prensa Latina|PTI|Reuters|RIA|SANA"
    r"|Sputnik|Tasnim|TASS|Thomson Reuters|Ukrinform|UPI|VNA|WAFA|WAM|Xinhua|Yonhap)(?:,?[ /][\w /]{1,20})?\)"
)
"""`(AFP)`, `(dpa)`, `(Reuters Health)`: in small letters `Boeing (BA) - ` is what a text is about."""
_DASH = r" ?(?:--|[—\u2013-]) "
_IN_CAPITALS = re.compile(rf"{_CITY}{_WHERE_AND_WHEN}(?:{_BRACKET})?(?:{_DASH}| \| )")
"""`VIENNA (AP) — `, `NAIROBI, Kenya, May 3 - `."""
_WITH_AGENCY = re.compile(rf"(?:{_CITY}|{_CITY_IN_SMALL}){_WHERE_AND_WHEN}{_AGENCY}{_DASH}")
"""`Beijing (AFP) - `; also at the head of a text that has no title, for headlines have dashes too."""
_LONGEST = 180  # code points of a dateline up to its agency
_BY = ("By ", "BY ")
_BYLINE = re.compile(r"(?:By|BY)(?: (?:[^\W\d_a-z][\w.'-]*,?|and|for|of|in|at|the|&|\|))+\n")
"""`By Jane Roe and John Doe, Associated Press`, a paragraph of its own."""


def dateline_of(text: str) -> range:
    """Return where byline and dateline stand, at the head of the paragraphs or of a text without a title."""
    if titled := _with_agency(text, 0):
        return range(titled.end())
    begin = after = text.find("\n") + 1
    if not begin:  # a headline alone has none
        return range(0)
    if text.startswith(_BY, begin) and (byline := _BYLINE.match(text, begin)):
        after = byline.end()
    capitals = not text[after + 1 : after + 2].islower()  # as hardly any paragraph begins
    match = (_IN_CAPITALS.match(text, after) if capitals else None) or _with_agency(text, after)
    return range(begin, match.end() if match else after)


def _with_agency(text: str, start: int) -> re.Match[str] | None:
    """Return the match of a dateline with an agency; most texts have no bracket there, which is told fast."""
    return _WITH_AGENCY.match(text, start) if text.find("(", start, start + _LONGEST) >= 0 else None
