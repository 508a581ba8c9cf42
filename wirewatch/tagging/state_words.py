"""Word lists for a state whose name others bear: what states have, and what is done with and befalls them."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


SOVEREIGN = _set(
    """
    airspace ambassador ambassadors army coup currency diplomats embassy foreign junta king monarch monarchy
    navy parliament premier president prime queen regime ruling soldiers troops
    """
)
"""What a state has, and no person, town or state of the US: `Jordan's army`, `Georgia's prime minister`."""
DONE_WITH_STATES = {
    "on": frozenset({"embargo", "sanctions", "tariffs"}),
    "against": frozenset({"embargo", "sanctions"}),
    "with": frozenset({"border", "relations"}),
    "to": frozenset({"ambassador", "envoy"}),
}
"""Words before a state's name, by the one between: `sanctions on Guinea`, `border with Chad`."""
BEFALLS_STATES = _set(
    """
    airstrike airstrikes blackout clashes earthquake explosions floods flooding protests quake rebels refugees
    soldiers strikes troops unrest war
    """
)
"""What is in a state rather than in a town named after one: `floods in Lebanon`."""
ROYAL_NAMES = _set("King Queen")
"""Those of them that are surnames with a capital: `Jordan King`."""
PARTS_OF_A_STATE = _set(
    """
    central eastern north-eastern north-western northeastern northern northwestern south-eastern south-western
    southeastern southern southwestern western
    """
)
PEOPLE_S = _set("Jordan Chad")
"""Names of states that people bear, and few towns: what is `in Jordan` is not in a person."""
IN_A_PLACE = _set("in into across inside throughout")
OF_SOMEONE = _set("case cap jersey jerseys murder shirt shirts shoes slaying sneakers trial")
"""What people wear, and what befalls them: `in Jordan sneakers`, `the suspect in Jordan murder`."""
BELIEF = _set("faith confidence interest interested trust belief believe believes believed disappointed")
"""Words before `in` after which it is a person."""
