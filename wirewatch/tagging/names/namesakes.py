"""Names that something else bears in an article: `Peru, Ind.` speaks against Peru in its headline too."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from wirewatch.tagging.names.found import Found
from wirewatch.tagging.names.local import Beside, LocalRule, another, called, owns_a_shop, relative, us_place
from wirewatch.tagging.text.beside import word_before
from wirewatch.tagging.text.name_words import TITLES

_TITLES = frozenset(title.lower() for title in TITLES) | {"ceo", "chief", "leader", "pm"}


def tells_of_another(m: Beside, rule: LocalRule) -> bool:
    """Tell whether the words beside speak of another bearer, meant wherever the name stands alone.

    `rule`: what ruled the mention out.
    """
    return us_place(m) or called(m) or (rule is relative and (another(m) or owns_a_shop(m)))


def doubted(found: Sequence[Found], text: str, names: AbstractSet[str]) -> Iterator[Found]:
    """Yield what only `names` (in lower case) name; whom the article names otherwise too is certain."""
    by_name = [one for one in found if text[one.start : one.end].lower() in names and not _titled(one, text)]
    starts = {one.start for one in by_name}
    certain = {one.actor.id for one in found if one.start not in starts}
    yield from (one for one in by_name if one.actor.id not in certain)


def _titled(one: Found, text: str) -> bool:
    """`President Putin`, `ex-president Bolsonaro`: no brother of his."""
    title = word_before(text, one.start).lower().rpartition("-")[2]
    return one.rule == "titled" or (one.actor.type == "person" and title in _TITLES)
