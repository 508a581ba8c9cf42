"""What a headline and the lead below it tell, as feeds have them, beside what only sounds so."""

from datetime import UTC, datetime

import pytest

from tests.tagging.conftest import make_article

DAY = datetime(2026, 11, 26, tzinfo=UTC)

TOLD = [
    # topic, headline, lead
    ("armed conflict", "Russia attacks Ukraine on Christmas", "Moscow fired 70 missiles at Kyiv."),
    ("armed conflict", "US attacks Iran at weekend", "B-2 bombers hit Natanz, the Pentagon said."),
    ("armed conflict", "Pakistan strikes Afghanistan over Kabul bombing", ""),
    ("armed conflict", "Israel strikes Lebanon over rocket fire", ""),
    ("armed conflict", "Ukraine drones set Russian refinery ablaze", "Drones hit an oil refinery in Samara."),
    ("armed conflict", "US strikes boat off Venezuela, killing four", "The vessel had left Caracas."),
    ("armed conflict", "U.S. strikes Houthi targets in Yemen", ""),
    ("local elections", "Zohran Mamdani elected New York mayor", ""),
    ("local elections", "Virginia elects Spanberger as first female governor", ""),
    ("election", "AAP sweeps Punjab, wins 92 of 117 seats", ""),
    ("natural disaster", "Typhoon batters Taiwan", ""),
    ("natural disaster", "Cyclone threatens Sri Lanka", ""),
    ("demonstration", "Killing of activist sparks protests", ""),
    ("demonstration", "Iranians take to streets", ""),
    ("demonstration", "Hundreds killed in Tanzania election protests", ""),
    ("natural disaster", "Hundreds feared dead in quake in Afghanistan", ""),
    ("kidnapping", "Journalist abducted in Mali", ""),
    ("explosion accident and incident", "Munitions factory explosion kills 16", ""),
    ("economic sanction", "British Prime Minister Keir Starmer announces sanctions on Russia", ""),
    ("economic sanction", "Iran vows to respond to U.N. sanctions", ""),
    ("economic sanction", "EU sanctions Kyrgyz bank", "The lender, in Bishkek, paid for Russian banks."),
    ("national elections", "Spain's Sanchez calls snap election", ""),
    ("election", "Netanyahu dissolves parliament, calls early elections", ""),
    ("coup d'etat", "Benin officers detained over alleged coup plot", "Police arrested eight men."),
    ("communicable disease", "Bird flu: poultry kept indoors", "Farms must keep turkeys inside."),
    ("criminal law", "Saudi Arabia beheads seven in one day", "State news agency SPA said so."),
    ("human rights", "Saudi Arabia beheads seven in one day", "State news agency SPA said so."),
    ("criminal law", "Iran hangs national champion wrestler", "The athlete was executed at dawn."),
    ("criminal law", "Myanmar junta executes four activists", "State media gave no date."),
    ("communicable disease", "Cholera kills 200 in Chad refugee camps", "MSF said they had fled Darfur."),
    ("transportation accident and incident", "Boat carrying migrants capsizes off Libya", "42 died."),
    ("act of terror", "German police arrest three over Islamic State plot", "The men were held in Munich."),
    ("act of terror", "Indonesia arrests seven suspected militants", "Police found bombs in Java."),
    ("act of terror", "Car rams crowd at Christmas market in Magdeburg", "A doctor was held."),
    ("act of terror", "Truck driven into crowd in New Orleans", "The FBI said he had an Islamic State flag."),
    ("act of terror", "Lorry attack in Nice kills 84", "The president called it an act of terror."),
    ("act of terror", "Man drives car into crowd in Munich", "Prosecutors treat it as terrorism."),
    ("act of terror", "Two killed in knife attack at synagogue", "Police declared a terrorist incident."),
    ("act of terror", "Police have not ruled out terrorism in Munich car attack", ""),
    ("act of terror", "Islamic State gunman kills two US soldiers", ""),
    ("terrorist bombings", "Explosion at bus station was a bomb", "They found traces of explosives."),
    ("terrorist bombings", "IED blast hits bus in Quetta", ""),
    ("industrial accident and incident", "Blast at explosives factory in Nagpur kills nine", ""),
    ("armed conflict", "US seizes Venezuelan president Maduro in raid on Caracas", ""),
    ("armed conflict", "STC forces take control of Aden", ""),
    ("labor dispute", "Boeing workers who build fighter jets go on strike", ""),
    ("labor dispute", "Workers at Lockheed missile plant strike", ""),
    ("human rights", "Burkina Faso criminalises homosexuality", ""),
    ("defense", "Saudi Arabia and Pakistan sign mutual defence pact", ""),
    ("cricket", "India women lift maiden World Cup", "Shafali Verma took two wickets."),
    ("diplomacy", "Trump to travel to Saudi Arabia in May", "The White House named no day."),
    ("diplomacy", "Hungary vetoes EU loan to Ukraine", "Budapest blocked 140 billion euros."),
    ("cricket", "India crush Pakistan by 88 runs in Colombo", "The win sent them top of the group."),
    ("sport", "Spain pounds Italy 4-0", ""),
    ("political parties and movements", "Starmer under fire as backbench revolt grows", ""),
    ("coup d'etat", "Sudan generals dissolve government", ""),
    ("coup d'etat", "African Union suspends Guinea-Bissau after coup", "The bloc spoke of the junta."),
    ("coup d'etat", "Junta leader sworn in in Madagascar days after coup", "The colonel took the oath."),
    ("homicide", "Shinzo Abe shot dead at campaign rally", "He spoke in Nara."),
    ("coup d'etat", "Guinea-Bissau army dissolves parliament", "Officers read a statement on television."),
    ("demonstration", "Opposition holds rally in Tbilisi over vote", "Police watched."),
    ("demonstration", "Protest in Shiraz, Iran, over water", "Farmers gathered."),
    (
        "border disputes",
        "Argentina renews Falklands claim at UN",
        "It asked Britain for talks on sovereignty.",
    ),
    ("armed conflict", "Houthis say they struck tanker in Red Sea", "It was bound for Israel."),
    ("armed conflict", "Boko Haram overruns army base in Borno", "Dozens of soldiers fled."),
    ("natural disaster", "Landslide in Cameroon kills 14", "The victims were at a funeral."),
]
NOT_TOLD = [
    ("coup d'etat", "Mali's junta dissolves political parties", "The decree was read on television."),
    ("coup d'etat", "Mali junta extends transition by five years", "Colonel Goita stays in power."),
    ("demonstration", "Modi addresses rally in Patna", "The prime minister promised jobs."),
    ("demonstration", "Boeing lodges protest in China", ""),
    ("border disputes", "Kashmir dancers perform in London", "Dancers from Kashmir took to the stage."),
    ("transportation accident and incident", "Delhi gets first train to Goa", "Passengers cheered."),
    ("armed conflict", "Spain pounds Italy 4-0", ""),
    ("armed conflict", "Turkey attacks Germany over Ramadan tents", "Ankara spoke of racism."),
    ("armed conflict", "Venezuela attacks Trinidad over US visit", "Caracas called it a threat."),
    ("armed conflict", "Hungary attacks Ukraine over pipeline", ""),
    ("armed conflict", "Israel hits Hamas with sanctions", ""),
    ("local elections", "Stadium plan wins mayor's support", ""),
    ("local elections", "Bank of Japan names first female governor", ""),
    ("election", "Airline sells 202 of 243 seats on first flight", ""),
    ("natural disaster", "Hurricanes lash Highlanders 40-12 in Super Rugby", ""),
    ("cricket", "Storm Chandra batters Ireland", ""),
    ("demonstration", "Price cut sparks protests from rival supermarkets' lawyers", ""),
    ("demonstration", "Fans take to the streets to celebrate win", ""),
    ("political crisis", "BBC director general quits", "He resigned with the head of news."),
    ("kidnapping", "Hostage talks stall as Hamas rejects terms", ""),
    ("political crisis", "Malta calls early election for March", ""),
    ("election", "Prime Minister Narendra Modi opens railway bridge", ""),
    ("agriculture", "Measles outbreak in Texas spreads to three counties", ""),
    ("act of terror", "Saudi Arabia beheads seven", ""),
    ("act of terror", "Man jailed for knife attack on neighbour", "They had rowed about parking."),
    ("act of terror", "Car ploughs into pedestrians in Osaka", "The driver is 81."),
    ("act of terror", "Elephant rams into crowd at Kerala festival", ""),
    ("act of terror", "Knife attack at shop in Adelaide", "It is not being treated as terrorism."),
    ("act of terror", "Car drives into crowd in Leipzig", "There was no indication of a terrorist motive."),
    ("act of terror", "Vehicle hits crowd in Los Angeles", "Police ruled out terrorism."),
    ("terrorist bombings", "Explosion at munitions plant leaves 16 dead", "The plant makes explosives."),
    ("terrorist bombings", "Blast at quarry that uses explosives kills five", ""),
    ("armed conflict", "Strike at Boeing fighter jet plants", ""),
    ("human rights", "Suspect in court", "He killed the activist; prosecutors will seek the death penalty."),
    ("soccer", "India women lift maiden World Cup", "Shafali Verma took two wickets."),
    ("sport", "Iran executes champion wrestler", ""),
    ("criminal law", "India executes 10 billion in road projects", ""),
    ("criminal law", "Japan executes perfect counter-attack to stun Brazil", "Nakamura scored."),
    ("local elections", "UN council votes to extend Haiti mission", "The council voted unanimously."),
    ("local government and authority", "Fifa council votes to lift ban", "The council voted in Zurich."),
    ("transportation accident and incident", "US strikes drug boat", "The vessel was sunk."),
    ("transportation accident and incident", "Coast guard rams Philippine boat", "The vessel was damaged."),
    ("sales channel", "Gunman kills four at shopping mall", "He opened fire on Black Friday, police said."),
    ("public health", "Train derailment in Egypt kills 15", "Nine are in care, the health ministry said."),
    ("national elections", "Putin beats Trump in poll", "Pupils were asked whom they admire."),
    ("war", "Government declares war on school dinners", ""),
    ("coup d'etat", "Salvation Army takes over in Kenya", ""),
    ("coup d'etat", "US Army ousts president of officers' club", ""),
    ("coup d'etat", "Myanmar junta chief visits Russia", "The junta said so."),
    ("coup d'etat", "Niger junta nationalises uranium mine", "The military rulers accused Orano."),
    ("coup d'etat", "Gabon junta holds first election since coup", "Voters chose a president."),
    ("international military intervention", "Judge blocks troop deployment to Portland", ""),
    ("international military intervention", "Greece deploys soldiers to fight fires", "Troops went to Evia."),
    ("homicide", "Bear shot dead in Hokkaido", ""),
    ("diplomacy", "Trump to visit Texas flood zone", ""),
]


def told(tagger, title, lead):
    return {tag.name for tag in tagger.tag(make_article(title, *[lead][: bool(lead)], time=DAY)).topics}


@pytest.mark.parametrize(("topic", "title", "lead"), TOLD, ids=lambda value: value or "alone")
def test_told(tagger, topic, title, lead):
    assert topic in told(tagger, title, lead)


@pytest.mark.parametrize(("topic", "title", "lead"), NOT_TOLD, ids=lambda value: value or "alone")
def test_not_told(tagger, topic, title, lead):
    assert topic not in told(tagger, title, lead)
