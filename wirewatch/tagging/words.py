"""Word lists of the local rules: names of people and of US states, titles, verbs of reporting."""


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


US_STATES = _set(
    """
    Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho
    Illinois Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota
    Mississippi Missouri Montana Nebraska Nevada Ohio Oklahoma Oregon Pennsylvania Tennessee Texas Utah
    Vermont Virginia Washington Wisconsin Wyoming Ontario Ala Ark Ariz Calif Colo Conn Del Fla Ga Ill Ind
    Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn Tex Va Vt Wash Wis Wyo Ont AL AK AZ
    AR CA CO CT FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA
    RI SC SD TN TX UT VA VT WA WI WV WY
    """
)
US_STATES_OF_TWO_WORDS = (
    "N.C.", "N.D.", "N.H.", "N.J.", "N.M.", "N.Y.", "R.I.", "S.C.", "S.D.", "W.Va.", "W. Va.", "D.C.",
    "New Hampshire", "New Jersey", "New Mexico", "New York", "North Carolina", "North Dakota", "Rhode Island",
    "South Carolina", "South Dakota", "West Virginia",
)  # fmt: skip

GIVEN_NAMES = _set(
    """
    Aaron Adam Adrian Alan Albert Alex Alexander Alice Amanda Amy Andrea Andrew Angela Ann Anna Anne
    Anthony Arthur Ashley Barbara Ben Benjamin Betty Bill Billy Bob Bobby Brad Brandon Brenda Brian Bruce
    Bryan Carl Carol Catherine Charles Charlie Cheryl Chris Christian Christina Christine Christopher
    Cindy Clara Craig Crystal Curtis Dale Dan Daniel Danny Darren David Dean Deandre DeAndre Deborah Debra
    Dennis Derek Diane Don Donald Donna Doris Dorothy Doug Douglas Dwayne Earl Eddie Edward Elaine Eli
    Elizabeth Ellen Emily Emma Eric Ernest Eugene Eva Evan Evelyn Frances Francis Frank Fred Gary Gene
    George Gerald Gina Glenn Gloria Gordon Grace Greg Gregory Hannah Harold Harry Harvey Heather Helen
    Henry Holly Howard Ian Jack Jackie Jacob Jake James Jamie Jane Janet Janice Jason Jay Jean Jeff
    Jeffrey Jennifer Jenny Jeremy Jerry Jesse Jessica Jill Jim Jimmy Joan Joe Joel John Johnny Jon
    Jonathan Jose Joseph Josh Joshua Joyce Juan Judith Judy Julia Julie Justin Karen Kate Katherine
    Kathleen Kathryn Kathy Katie Keith Kelly Ken Kenneth Kevin Kim Kimberly Kyle Larry Laura Lauren
    Lawrence Lee Leon Leonard Lewis Linda Lisa Lois Louis Louise Lucy Luke Lynn Marcus Margaret Maria
    Marie Marilyn Mario Mark Martha Martin Marvin Mary Matt Matthew Megan Melissa Michael Michelle Miguel
    Mike Mildred Mitch Montell Nancy Nathan Neil Nicholas Nick Nicole Norman Oliver Oscar Pam Pamela Pat
    Patricia Patrick Paul Paula Pete Peter Phil Philip Phillip Phyllis Rachel Ralph Randy Ray Raymond
    Rebecca Renee Richard Rick Ricky Rob Robert Robin Rodney Roger Ron Ronald Rose Ross Roy Russell Ruth
    Ryan Sally Sam Samantha Samuel Sandra Sara Sarah Scott Sean Shane Shannon Sharon Shaun Shawn Sheila
    Shirley Simon Sophia Stanley Stella Stephanie Stephen Steve Steven Stuart Sue Susan Suzanne Tammy Tara
    Taylor Ted Teresa Terri Terry Theresa Thomas Tiffany Tim Timothy Tina Todd Tom Tommy Toni Tony Tracy
    Travis Troy Tyler Vanessa Vernon Vicki Victor Victoria Vincent Virginia Walter Wanda Warren Wayne
    Wendy Will William Willie Zachary
    """
)
NAMES_ALSO_GIVEN = _set(
    """
    Jordan Chad Georgia Israel Kenya India Ireland Jamaica Holland China America Paris London Sydney
    Austria Cuba Malaysia Asia Brittany Sofia Florence Milan Vienna Geneva Madison Houston Austin Dallas
    Trinidad Dominica Jersey Brazil Cyprus Kingston Victoria Stanley Hamilton Douglas Lima Washington
    Lincoln Santiago
    """
)  # fmt: skip
"""Places whose name people bear as a given name: another name after it makes a person."""

HONORIFICS = _set(
    """
    Mr. Mrs. Ms. Miss Dr. Prof. Sen. Rep. Gov. Judge Justice Sgt. Lt. Capt. Col. Officer Mayor Coach Rev.
    Mr Mrs Ms Dr Detective Deputy Sheriff Commissioner Councilman Councilwoman Sir Lady Saint
    """
)
BEFORE_SURNAME = GIVEN_NAMES | HONORIFICS

ROLE_WORDS = _set(
    """
    President Prime Minister Foreign Defense Defence Interior Finance Chancellor King Queen Prince Premier
    Embassy Ambassador Parliament Government Army Air Navy Armed Forces National Supreme Islamic Muslim
    Arab Jewish Christian Red Royal First Vice
    """
)
"""Capitalised words that follow a country's name when it is the country."""

BEFORE_SOURCE = _set("told to by tells informed with from")
AFTER_SOURCE = _set(
    """
    reported reports said says has had news newswire quoted quotes photo photographer file cited
    """
)

LANGUAGE_OR_FOOD = _set(
    """
    language language-speaking speaker speakers speaking class classes teacher literature lessons
    translation dictionary subtitles accent grammar muffin muffins toast kiss fries horn bulldog shepherd
    shepherds immersion students terrier dressing pastry waffle waffles cheese roulette sausage coffee
    doors oak ivy setter
    """
)

NAMED_AFTER = _set(
    """
    County Road Rd Street St Avenue Ave Boulevard Blvd Drive Lane Township Borough Creek Park Parkway
    Restaurant Grill Cafe Café Bistro Kitchen Deli Bakery Pub Tavern Marketplace Market Hotel Inn
    Apartments Oaks Hills Heights Ridge Springs Orchard School High Elementary College Church Lutheran
    Baptist Cemetery Hospital Library Village Terrace Plaza Bulldogs Immersion
    """
)
"""Words that make what stands before them the name of a street, a school, a shop."""

SPEAKING = _set(
    """
    speak speaks spoke spoken speaking learn learns learned learning teach teaches taught studied study
    studying fluent
    """
)

CABINETS = (" administration", " government", " presidency", " cabinet", " White House")
"""Words that make a surname before them the head of a government."""
