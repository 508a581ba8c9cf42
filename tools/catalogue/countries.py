"""Countries and territories."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tools.catalogue.shape import Line, alias, distinct, line


def build(
    facts: list[dict[str, Any]],
    overlay: dict[str, Any],
    qids: dict[str, str],
    metonyms: Mapping[str, list[Any]],
) -> list[Line]:
    """Return one line a country or territory; a demonym that two share needs one of them in the article."""
    territories = set(overlay["territories"].split())
    claimed = Counter(d for c in facts for d in {*c["demonyms_noun"], *c["demonyms_adj"]})
    return [
        _country(c, overlay.get(c["iso2"], {}), claimed, qids, metonyms, territory=c["iso2"] in territories)
        for c in facts
    ]


def _country(
    facts: dict[str, Any],
    patch: dict[str, Any],
    claimed: Counter[str],
    qids: dict[str, str],
    metonyms: Mapping[str, list[Any]],
    *,
    territory: bool,
) -> Line:
    names = [facts["name"], facts["official_name"], *facts["alt_names"]]
    names += [n.replace("Saint ", st) for st in ("St. ", "St ") for n in names if n.startswith("Saint ")]
    demonyms = dict.fromkeys((*facts["demonyms_noun"], *facts["demonyms_adj"]))
    aliases = [alias(n, "acronym" if n.replace(".", "").isupper() else "name") for n in dict.fromkeys(names)]
    aliases += [
        alias(d, "demonym", needs=_own(facts) if claimed[d] > 1 else None) for d in demonyms if d not in names
    ]
    dropped = set(patch.get("drop", ()))
    kept = [a for a in aliases if (a if isinstance(a, str) else a["text"]) not in dropped]
    return line(
        id=qids.get(facts["iso2"], f"country:{facts['iso2']}"),
        name=facts["name"],
        type="territory" if territory else "country",
        iso2=facts["iso2"],
        aliases=distinct((*kept, *metonyms.get(facts["iso2"], ()), *patch.get("aliases", ()))),
        decoys=list(dict.fromkeys(patch.get("decoys", ()))),
    )


def _own(facts: dict[str, Any]) -> list[str]:
    words = (facts["name"], *facts["alt_names"], facts["capital"])
    return [w for w in dict.fromkeys(words) if w and w != "Kingston"]
