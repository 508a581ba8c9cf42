"""Names that something else bears in an article: `Peru, Ind.` speaks against Peru in its headline too."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from wirewatch.tagging.found import Found
from wirewatch.tagging.local import Beside, called, us_place


def tells_of_another(m: Beside) -> bool:
    """Tell whether the words beside speak of another bearer, meant wherever the name stands alone."""
    return us_place(m) or called(m)


def doubted(found: Sequence[Found], text: str, names: AbstractSet[str]) -> Iterator[Found]:
    """Yield what only `names` (in lower case) name; whom the article names otherwise too is certain."""
    by_name = [one for one in found if text[one.start : one.end].lower() in names]
    starts = {one.start for one in by_name}
    certain = {one.actor.id for one in found if one.start not in starts}
    yield from (one for one in by_name if one.actor.id not in certain)
