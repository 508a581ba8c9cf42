"""The codes of countries and languages that articles carry: which there are, and what is said of another."""

from collections.abc import Callable
from typing import Final

_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv "
    "dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie "
    "ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv "
    "mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
    "rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts "
    "tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "
)
_ISO_3166_1 = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW "
)
LANGUAGES: Final = frozenset(_ISO_639_1.split())
COUNTRIES: Final = frozenset((*_ISO_3166_1.split(), "XK"))
"""With Kosovo's, which ISO leaves to its users and everybody writes so."""
_MEANT: Final = {
    "jp": "ja",
    "cz": "cs",
    "gr": "el",
    "dk": "da",
    "cn": "zh",
    "ua": "uk",
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "spanish": "es",
    "italian": "it",
    "portuguese": "pt",
    "dutch": "nl",
    "russian": "ru",
    "ukrainian": "uk",
    "polish": "pl",
    "turkish": "tr",
    "arabic": "ar",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
}
"""What is written for a language: codes of its country, and names."""


def country_code(value: str, find: Callable[[str], list[str]], *, key: str = "") -> str:
    """Return `value`, a country's code in whatever case, as articles have it.

    Raises ValueError, saying what to write instead if `find` knows the codes of those called `value`. `key`
    is what stands before it where it is written: `country:`.
    """
    if (code := value.upper()) in COUNTRIES:
        return code
    raise ValueError(
        f"{key} takes the source's country as two letters (ISO 3166-1), such as FR, not {value!r}".lstrip()
        + "".join(f"; write {key}{named}" for named in find(value)[:1])
    )


def language_code(value: str, *, key: str = "") -> str:
    """Return `value`, a language's code in whatever case, as articles have it. Raises ValueError."""
    if (code := value.lower()) in LANGUAGES:
        return code
    base = code.replace("_", "-").partition("-")[0]
    meant = base if base in LANGUAGES else _MEANT.get(base)
    raise ValueError(
        f"{key} takes a code of two letters (ISO 639-1), such as en, not {value!r}".lstrip()
        + (f"; write {key}{meant}" if meant else "")
    )
