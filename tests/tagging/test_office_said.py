"""Whom an office names with other words around it: its holder that day, or nobody, and never another."""

from datetime import UTC, datetime

import pytest

from wirewatch.tagging.tagger import Tagger

DAY = datetime(2026, 1, 15, tzinfo=UTC)

HOLDER = {
    # name: (headline, people met)
    "how he is": ("Britain's embattled prime minister faces revolt", {"Keir Starmer"}),
    "of what side": ("Poland's nationalist president vetoes bill", {"Karol Nawrocki"}),
    "soon to go": ("NATO's outgoing chief warns allies", {"Mark Rutte"}),
    "where he speaks": ("In Paris, the French president said no", {"Emmanuel Macron"}),
    "no name": ("Undeterred, the US president signed the bill", {"Donald Trump"}),
    "what is to be done with him": ("US president to be invited to summit", {"Donald Trump"}),
    "in Title Case": ("President of Iran Vows Revenge", {"Masoud Pezeshkian"}),
    "a day": ("The president of the United States Thursday signed the bill", {"Donald Trump"}),
    "one deposed, by name": ("Deposed Syrian president Assad seen in Moscow", {"Bashar al-Assad"}),
}

NOBODY = {
    "deposed": "Deposed Syrian president seen in Moscow",
    "before": "Previous British prime minister joins bank",
    "the first": "The first president of Zambia honoured",
    "more than once": "Two-time prime minister of Estonia dies",
    "numbered": "A stamp for the 39th US president is printed",
    "of a state that was": "The last president of the Soviet Union honoured",
    "of one half": "West German chancellor's letters found",
    "by his own word": "Self-declared president of Belarus in exile speaks",
    "made up": "Fictional US president saves the world in new film",
    "by a surname that nobody has": "Nixon, the US president who resigned, in new film",
    "to be chosen": "New Japanese prime minister to be chosen in October",
    "of something in the state": "The president of US Soccer resigns",
    "how another was": "Germany's first female chancellor publishes memoir",
}


def people(tagger: Tagger, article) -> set[str]:
    return {actor.name for actor in tagger.tag(article).actors if actor.type == "person"}


@pytest.mark.parametrize(("headline", "wanted"), HOLDER.values(), ids=HOLDER.keys())
def test_the_holder(tagger, article, headline, wanted):
    assert people(tagger, article(headline, time=DAY)) == wanted


@pytest.mark.parametrize("headline", NOBODY.values(), ids=NOBODY.keys())
def test_nobody(tagger, article, headline):
    assert people(tagger, article(headline, time=DAY)) == set()


GOVERNING = {
    "rules out a vote": ("Merz rules out early election", "Friedrich Merz"),
    "a move": ("Merz rules out move to Madrid", None),
    "expels": ("Traoré expels French diplomats", "Ibrahim Traoré"),
    "a player": ("Traoré expels rival from squad", None),
    "stays": ("Sánchez refuses to resign", "Pedro Sánchez"),
    "a coach": ("Sánchez refuses to resign as Sevilla coach", None),
    "warns": ("Tusk warns of sabotage", "Donald Tusk"),
    "of snow": ("Tusk warns of avalanches", None),
    "pardons": ("Sisi pardons activist", "Abdel Fattah el-Sisi"),
    "a film": ("Sisi returns to cinemas", None),
}


@pytest.mark.parametrize(("headline", "who"), GOVERNING.values(), ids=GOVERNING.keys())
def test_what_only_those_who_govern_do(tagger, article, headline, who):
    assert people(tagger, article(headline, time=DAY)) == ({who} if who else set())


SANCTIONED = {
    "EU sanctions Wagner": True,
    "US to designate Wagner a criminal organisation": True,
    "EU sanctions Wagner Foods": False,
    "Judge sanctions Wagner": False,
    "Israel ends ban on Wagner": False,
}


@pytest.mark.parametrize(("headline", "told"), SANCTIONED.items(), ids=SANCTIONED.keys())
def test_a_group_under_sanctions(tagger, article, headline, told):
    tags = tagger.tag(article(headline, time=DAY))
    assert any(actor.name == "Wagner Group" for actor in tags.actors) is told
