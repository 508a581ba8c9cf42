"""Word lists for states whose name others bear: what they have and do, what befalls and is done with them."""

from wirewatch.tagging.text.word_set import word_set

SOVEREIGN = word_set(
    """
    airspace ambassador ambassadors army coup currency diplomats embassy foreign junta king monarch monarchy
    navy parliament premier president prime queen regime ruling soldiers troops
    """
)
"""What a state has, and no person, town or state of the US: `Jordan's army`, `Georgia's prime minister`."""
OF_A_COUNTRY = word_set(
    """
    bonds border borders constitution economy electorate exports gdp imports inflation lawmakers opposition
    protesters rebels refugees rulers
    """
)
"""What a state's name has with an 's, and a state of the US too: `Lebanon's inflation`."""
DONE_WITH_STATES = {
    "on": frozenset({"embargo", "sanctions", "tariffs"}),
    "against": frozenset({"embargo", "sanctions"}),
    "with": frozenset({"border", "relations"}),
    "to": frozenset({"ambassador", "envoy"}),
}
"""Words before a state's name, by the one between: `sanctions on Guinea`, `border with Chad`."""
BEFALLS_STATES = word_set(
    """
    airstrike airstrikes blackout clashes earthquake explosions floods flooding protests quake rebels refugees
    soldiers strikes troops unrest war
    """
)
"""What is in a state rather than in a town named after one: `floods in Lebanon`."""
ROYAL_NAMES = word_set("King Queen")
"""Those of them that are surnames with a capital: `Jordan King`."""
PARTS_OF_A_STATE = word_set(
    """
    central eastern north-eastern north-western northeastern northern northwestern south-eastern south-western
    southeastern southern southwestern western
    """
)
PEOPLE_S = word_set("Jordan Chad")
"""Names of states that people bear, and few towns: what is `in Jordan` is not in a person."""
IN_A_PLACE = word_set("in into across inside throughout")
OF_SOMEONE = word_set("case cap jersey jerseys murder shirt shirts shoes slaying sneakers trial")
"""What people wear, and what befalls them: `in Jordan sneakers`, `the suspect in Jordan murder`."""
BELIEF = word_set("faith confidence interest interested trust belief believe believes believed disappointed")
"""Words before `in` after which it is a person."""
DO_TOGETHER = word_set(
    """
    accept accuse adopt agree announce approve argue attack back begin blame block boost boycott break
    build call cancel clash close condemn cut deepen defend delay demand deny deploy discuss drop ease
    end exchange expand expel explore extend face fail fight finalise finalize freeze hail halt hold
    impose join launch lead lift lose meet mend mull negotiate open oppose pause pledge postpone probe
    push reach reaffirm recall reject release renew reopen reset restart restore resume revive seal seek
    seize send settle share shut sign slam spar start stop strengthen summon suspend swap talk threaten
    tighten trade unveil urge vie vow warn weigh welcome widen withdraw work
    """
)
"""What two states do in a headline, where the verb has no -s: `Russia and China Deepen Ties`."""
SEATS = word_set("Bern Brussels Dublin Lima Santiago Sofia Washington Wellington")
"""Capitals whose name others bear, but news of a protest or of talks means them: not Victoria, Georgetown."""
TOWNS_ALONE = word_set("Barcelona Bern Bremen Brussels Hull Ishikawa Mendoza Rio Samara Sofia Southport")
"""Names that people, clubs, words have, and no other town in the news: what befalls a town befalls it."""
TOWNS_TOO = word_set("Cuba Greece Jordan Lebanon Malta Mexico Norway Peru Poland Sweden")
"""States of which a town of the US has the name."""
SOMEONE_OF_A_TOWN = word_set("boy couple girl man teen teenager woman")
"""`Peru man charged`: people whom a paper there names by their town."""
_SCHOOLS = word_set("School High Academy")
BODIES_OF_A_TOWN = {
    "Town": word_set("Board Clerk Council Hall Supervisor"),
    **dict.fromkeys(
        word_set("Central Christian Community Consolidated Junior Memorial Middle Seminary Senior"), _SCHOOLS
    ),
}
"""What a town of that name has, by the word between: `Malta Town Board`, `Poland Central School`."""
BODIES_OF_A_STATE = {
    "high": word_set("commission commissioner court representative speed"),
    "market": word_set(
        "access cap crash drops entry falls gains jitters plunges rally regulator rises rout selloff share"
        " slides slump turmoil value watchdog"
    ),
}
"""What is of a state, though the word between ends a school's or a shop's name: `Kenya High Court`."""
OF_A_TOWN = word_set(
    "airport bar court district hospital metro mosque museum park police station suburb synagogue"
)
"""What a town has, and no government that is called by its name: `Brussels airport`."""
OF_A_GROUP = word_set(
    """
    boss chief commander commanders contractors fighters founder gunmen insurgents insurrection mercenaries
    mercenary militants militia mutineers mutiny operatives paramilitaries rebellion soldiers troops
    """
)
"""What an armed group has: `Wagner troops`."""
AT_THE_SEAT = word_set(
    """
    ambassadors coup demonstrations diplomats embassies embassy envoys lawmakers march marches ministers
    negotiations negotiators parliament protest protesters protests rallies rally riot riots summit talks
    """
)
"""What is where the state is governed: `talks in Washington`."""
