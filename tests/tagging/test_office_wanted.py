"""Offices that are wanted, open or newly filled: `Who will be pope?`, `Rutte named NATO chief`."""

from datetime import datetime

import pytest

LEO, FRANCIS, BIDEN, TRUMP = "Pope Leo XIV", "Pope Francis", "Joe Biden", "Donald Trump"
NETANYAHU = "Benjamin Netanyahu"
STOLTENBERG, POWELL, YELLEN, BAN = "Jens Stoltenberg", "Jerome Powell", "Janet Yellen", "Ban Ki-moon"

OPEN = {
    # of what: (headline, day, who is not met)
    "liked": ("Trump says he would like to be pope", "2025-04-30", FRANCIS),
    "asked": ("Who will be pope?", "2024-05-01", FRANCIS),
    "dreamt of": ("Boy dreams of becoming pope", "2024-05-01", FRANCIS),
    "how to": ("How to become pope", "2025-05-09", LEO),
    "between two": ("Cardinals to elect pope this week", "2025-05-05", FRANCIS),
    "sought": ("Cardinals seek pope to unite church", "2025-05-05", FRANCIS),
    "in the text": ("Crowds in Rome. Cardinals meet to choose who will be the pope.", "2025-05-05", FRANCIS),
    "again": ("Trump wants to be US president again", "2024-05-01", BIDEN),
    "asked of the Fed": ("Who will be Fed chair?", "2025-11-20", POWELL),
    "a race": ("Race to become NATO chief heats up", "2024-03-01", STOLTENBERG),
    "named": ("Rutte named NATO chief", "2024-06-26", STOLTENBERG),
    "elected": ("Rutte elected NATO chief as war rages", "2024-06-26", STOLTENBERG),
    "capitals": ("RUTTE NAMED NATO CHIEF", "2024-06-26", STOLTENBERG),
    "Title Case": ("Rutte Named NATO Chief", "2024-06-26", STOLTENBERG),
    "named by one": ("Trump names Powell Fed chair", "2017-11-02", YELLEN),
    "to be": ("Powell to be Fed chair", "2017-11-02", YELLEN),
    "a minister": ("Rubio to be US secretary of state", "2024-11-23", "Antony Blinken"),
    "tapped": ("Trump taps Rubio for US secretary of state", "2024-11-23", "Antony Blinken"),
    "to become": ("Guterres to become UN secretary-general", "2016-10-05", BAN),
    "president of": ("Trump wants to be president of the United States", "2024-05-01", BIDEN),
}


@pytest.mark.parametrize(("headline", "day", "nobody"), OPEN.values(), ids=OPEN.keys())
def test_an_open_office_is_not_its_holder(tagger, article, headline, day, nobody):
    assert nobody not in _people(tagger, article, headline, day)


HELD = {
    # of what: (headline, day, who is met)
    "in apposition": ("NATO chief named in lawsuit", "2024-03-01", STOLTENBERG),
    "met": ("Trump to meet NATO chief", "2024-03-01", STOLTENBERG),
    "by": ("Deal to be signed by US president", "2024-03-01", BIDEN),
    "who is treated": ("US president to be treated", "2024-03-01", BIDEN),
    "told": ("He was told by NATO chief", "2024-03-01", STOLTENBERG),
    "his": ("Truce to be US president's aim", "2024-03-01", BIDEN),
    "newly elected": ("The newly elected US president spoke", "2021-03-01", BIDEN),
    "who decides": ("It will be the US president who decides", "2024-03-01", BIDEN),
    "named as": ("Poll names US president as the most trusted", "2024-03-01", BIDEN),
    "named in a suit": ("Lawsuit names Fed chair", "2024-03-01", POWELL),
    "named in a probe": ("Panel names Fed chair in trading probe", "2024-03-01", POWELL),
    "sought by a court": ("ICC seeks Israeli prime minister for war crimes", "2024-06-01", NETANYAHU),
    "named in files": ("Epstein files name US president hundreds of times", "2025-11-26", TRUMP),
    "a quarrel": ("Biden Picks Fight With Israeli Prime Minister", "2024-03-01", NETANYAHU),
    "a voice": ("A voice believed to be the US president is heard", "2024-03-01", BIDEN),
    "an audience": ("Survivors seek pope audience", "2024-03-01", FRANCIS),
    "a meeting": ("Hungary seeks NATO chief visit", "2024-03-01", STOLTENBERG),
    "the pope is to": ("Pope to be treated, says Vatican. The pope is tired.", "2024-03-01", FRANCIS),
    "the pope's": ("It will be the pope's first trip", "2024-03-01", FRANCIS),
    "who has become it": ("Rutte becomes NATO chief", "2024-10-02", "Mark Rutte"),
    "as he prays": ("Crowd cheers as pope in Turkey prays", "2025-11-29", LEO),
    "mourned": ("Thousands mourn pope", "2025-04-24", FRANCIS),
}


@pytest.mark.parametrize(("headline", "day", "person"), HELD.values(), ids=HELD.keys())
def test_a_held_office_is_its_holder(tagger, article, headline, day, person):
    assert person in _people(tagger, article, headline, day)


def _people(tagger, article, headline, day):
    tags = tagger.tag(article(headline, time=datetime.fromisoformat(f"{day}T00:00:00+00:00")))
    return {actor.name for actor in tags.actors if actor.type == "person"}
