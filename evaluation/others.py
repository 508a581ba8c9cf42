"""Other packages that find countries in text, used as their documentation says.

Run by the Python of `.venv-eval`: reads {"id", "text"} lines, writes {"id", "countries": {package: [ISO2]}}
and last {"packages": {name: version}}. Imports nothing of wirewatch.
"""

import json
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version

import pycountry
from country_named_entity_recognition import find_countries
from flashgeotext.geotext import GeoText as FlashGeoText
from geotext import GeoText
from loguru import logger

Finder = Callable[[str], Iterable[str]]


def flashgeotext() -> Finder:
    """Names and their synonyms; what it knows by cities is left out, as the gold names countries."""
    logger.remove()
    finder = FlashGeoText()

    def find(text: str) -> Iterable[str]:
        found = finder.extract(input_text=text, span_info=True)["countries"]
        return (code for name in found if (code := _iso2(name)))

    return find


def geotext() -> Finder:
    """Countries and nationalities; `country_mentions` would add the country of every city."""

    def find(text: str) -> Iterable[str]:
        found = GeoText(text)
        yield from (GeoText.index.countries[name.lower()] for name in found.countries)
        yield from (GeoText.index.nationalities[name.lower()] for name in found.nationalities)

    return find


def country_named_entity_recognition() -> Finder:
    """Its default: names in their case, Georgia where the text makes it likely."""

    def find(text: str) -> Iterable[str]:
        return (country.alpha_2 for country, _ in find_countries(text))

    return find


def _iso2(name: str) -> str | None:
    try:
        return str(pycountry.countries.lookup(name).alpha_2)
    except LookupError:
        return _SPELLED.get(name)


_SPELLED = {
    "Bolivia": "BO",
    "Brunei": "BN",
    "Cape Verde": "CV",
    "Congo": "CG",
    "Democratic Republic of the Congo": "CD",
    "Ivory Coast": "CI",
    "Czech Republic": "CZ",
    "Iran": "IR",
    "Kosovo": "XK",
    "Laos": "LA",
    "Macedonia": "MK",
    "Moldova": "MD",
    "North Korea": "KP",
    "Palestine": "PS",
    "Palestinian Territory": "PS",
    "Russia": "RU",
    "South Korea": "KR",
    "Swaziland": "SZ",
    "Syria": "SY",
    "Taiwan": "TW",
    "Tanzania": "TZ",
    "Turkey": "TR",
    "Vatican": "VA",
    "Venezuela": "VE",
    "Vietnam": "VN",
    "East Timor": "TL",
    "Macao": "MO",
}
"""Names of flashgeotext that ISO 3166-1 spells otherwise."""
PACKAGES: dict[str, Callable[[], Finder]] = {
    "flashgeotext": flashgeotext,
    "geotext": geotext,
    "country-named-entity-recognition": country_named_entity_recognition,
}


def main() -> None:
    """Answer each line of standard input."""
    finders = {name: make() for name, make in PACKAGES.items()}
    for line in sys.stdin:
        item = json.loads(line)
        found = {name: sorted(set(find(item["text"]))) for name, find in finders.items()}
        print(json.dumps({"id": item["id"], "countries": found}))
    print(json.dumps({"packages": {name: version(name) for name in PACKAGES}}))


if __name__ == "__main__":
    main()
