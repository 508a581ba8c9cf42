"""Offices: the words for a title, and who held it on a day (`the US president`, `NATO's chief`)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from wirewatch.tagging.catalogue.actors import Actor, Role
from wirewatch.tagging.text.fold import fold

Term = tuple[Role, Actor]
"""A term of office and who held it."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "prime minister": ("premier", "PM"),
    "premier": ("prime minister",),
    "taoiseach": ("prime minister", "premier", "PM"),
    "foreign minister": (
        "minister of foreign affairs",
        "minister for foreign affairs",
        "foreign affairs minister",
        "external affairs minister",
        "top diplomat",
    ),
    "foreign secretary": ("foreign minister", "top diplomat"),
    "secretary of state": ("top diplomat",),
    "defence minister": ("defense minister", "minister of defence", "minister of defense"),
    "defense minister": ("defence minister", "minister of defence", "minister of defense"),
    "defence secretary": ("defense secretary", "defence minister"),
    "defense secretary": ("defence secretary", "secretary of defense", "defense chief", "defence chief"),
    "finance minister": ("minister of finance",),
    "treasury secretary": ("secretary of the treasury", "finance minister"),
    "chancellor of the exchequer": ("chancellor", "finance minister"),
    "home secretary": ("interior minister",),
    "interior minister": ("minister of the interior",),
    "secretary general": ("secretary-general",),
    "director general": ("director-general",),
    "vice president": ("vice-president",),
    "chief executive": ("chief executive officer", "CEO"),
    "chair": ("chairman", "chairwoman", "chairperson"),
    "chairperson": ("chair", "chairman", "chairwoman"),
    "speaker of the house": ("House speaker",),
    "king": ("monarch",),
    "queen": ("monarch",),
    "emir": ("ruler",),
    "pope": ("pontiff",),
    "chief spokesman": ("spokesman", "spokesperson"),
    "human rights chief": ("rights chief",),
    "humanitarian chief": ("aid chief", "relief chief"),
}
"""Other words for the same office, by its title folded."""

_CHIEFS = ("chief", "head", "boss")
_HEADS = frozenset(
    {
        "chief executive",
        "chairperson",
        "commander",
        "commissioner-general",
        "defense secretary",
        "director",
        "director general",
        "executive director",
        "governor",
        "high commissioner",
        "leader",
        "managing director",
        "president",
        "secretary general",
    }
)
"""Titles of the one at the top: of a body that is no state, also `chief`, `head`, `boss`."""

HEADS_OF_STATES = frozenset(
    {"president", "prime minister", "chancellor", "premier", "supreme leader", "taoiseach"}
)

_ABROAD = HEADS_OF_STATES | {
    "defence minister", "defence secretary", "defense minister", "defense secretary", "foreign minister",
    "foreign secretary", "secretary of state", "vice president",
}  # fmt: skip

_SEVERAL = frozenset({"member of the presidency", "head of state", "head of government", "spokesman"})
"""Titles that several may bear at once, or that are no office of their own."""

_STATES = frozenset({"country", "territory", "place"})
_OF_ONE_BODY = frozenset({"pope"})
"""Titles that no other body gives, so that news says them alone: `the pope`."""


def heads_a_state(role: Role) -> bool:
    """Tell whether it is an office whose holder a state's news calls by the surname alone, however common."""
    return fold(role.title) in HEADS_OF_STATES


def deals_abroad(role: Role) -> bool:
    """Tell whether its holder speaks for a state to others."""
    return fold(role.title) in _ABROAD


def heads_a_body(role: Role, body: Actor) -> bool:
    """Tell whether its holder is at the top of what is no state: whom its news calls by the surname alone."""
    return body.type not in _STATES and fold(role.title) in _HEADS | {"chair"}


def of_one(title: str) -> bool:
    """Tell whether an office has one holder at a time."""
    return fold(title) not in _SEVERAL


def words_for(title: str) -> tuple[str, ...]:
    """Return the words that stand before the holder's name: `President`, `Prime Minister`, `Premier`."""
    return (title, *_WORDS.get(fold(title), ()))


class Offices:
    """Who held what, by the words for it. `phrases` are all those words, in lower case."""

    def __init__(self, actors: Mapping[str, Actor]) -> None:
        self.alone: dict[str, str] = {}
        """Whose office it is, by words for it that are said without their body."""
        self._terms: dict[tuple[str, str], list[Term]] = defaultdict(list)
        for person in actors.values():
            for role in person.roles:
                for body, words in _called(role, actors):
                    self._terms[body, words.lower()].append((role, person))
                    if fold(role.title) in _OF_ONE_BODY:
                        self.alone[words.lower()] = body
        self.phrases = sorted({words for _, words in self._terms})

    def known(self, of: str, words: str) -> bool:
        """Tell whether `of` has an office called `words` (in lower case) at all."""
        return (of, words) in self._terms

    def holders(self, of: str, words: str) -> list[Actor]:
        """Return who is or was `words` (in lower case) of the actor `of`, each once, the latest first."""
        terms = sorted(self._terms.get((of, words), ()), key=lambda term: lately(term[0]), reverse=True)
        return list({person.id: person for _, person in terms}.values())

    def holder(self, of: str, words: str, day: date) -> Actor | None:
        """Return who was `words` of the actor `of` on `day`; None for nobody known, or several."""
        return _one(self._terms.get((of, words), ()), words, day)


def lately(role: Role) -> tuple[date, date]:
    """Return what sorts terms of office by how late they are: who holds one still comes after all who did."""
    return role.end or date.max, role.start or date.min


def _one(terms: Sequence[Term], words: str, day: date) -> Actor | None:
    held = [(role, person) for role, person in terms if role.held(day)]
    if len({person.id for _, person in held}) > 1 and len({fold(role.title) for role, _ in held}) > 1:
        # Two offices that may be called so: it is the one whose title it is.
        held = [(role, person) for role, person in held if fold(role.title) == words]
    # On the day of a handover, who comes.
    return max(held, key=lambda term: term[0].start or date.min)[1] if held else None


def _called(role: Role, actors: Mapping[str, Actor]) -> Iterator[tuple[str, str]]:
    """Yield whose office it is in what words: an agency's is its state's too."""
    if not of_one(role.title):
        return
    body, title = actors[role.of], fold(role.title)
    words = words_for(title)
    for word in words:
        yield body.id, word
    if body.type not in _STATES and title in _HEADS:
        for word in _CHIEFS:
            yield body.id, word
    if body.type == "agency" and title not in _HEADS - {"defense secretary"}:
        for parent in body.parents:
            for word in words:
                yield parent, word
