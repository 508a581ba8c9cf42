"""Word lists of the local rules: names of people and of US states, titles, verbs of reporting."""

from wirewatch.tagging.text.word_set import word_set

US_STATES = word_set(
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

GIVEN_NAMES = word_set(
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
NO_GIVEN_NAMES_BEFORE_FIRMS = word_set("Christian Sue Victoria Virginia Will")
"""Those of them that are a verb, a state, a faith before a firm's name."""
NAMES_ALSO_GIVEN = word_set(
    """
    Jordan Chad Georgia Israel Kenya India Ireland Jamaica Holland China America Paris London Sydney
    Austria Cuba Malaysia Asia Brittany Sofia Florence Milan Vienna Geneva Madison Houston Austin Dallas
    Trinidad Dominica Jersey Brazil Cyprus Kingston Victoria Stanley Hamilton Douglas Lima Washington
    Lincoln Santiago Amal Bahia Brooklyn Memphis Montana Sonora Virginia
    """
)  # fmt: skip
"""Places, and a group, whose name people bear as a given name: another name after it makes a person."""

RANKS = word_set("Adm. Brig. Capt. Cmdr. Col. Gen. Lt. Maj.")
"""What heads of states may have been: `Mali's Gen. Goïta`."""
OTHERS_TITLES = RANKS | word_set(
    """
    Atty. Cpl. Dr. Fr. Gov. Hon. Insp. Pfc. Prof. Pvt. Rep. Rev. Sen. Sgt. St. Supt. Dr Coach Commissioner
    Councilman Councilwoman Deputy Detective Judge Justice Lady Mayor Officer Saint Sheriff
    """
)
"""Titles by which heads of states and bodies are seldom called: a surname after one is another's."""
_LEADERS_TOO = word_set("Atty. Dr. Dr Fr. Gov. Hon. Lady Mayor Prof. Rep. Sen.")
NO_LEADERS = OTHERS_TITLES - RANKS - _LEADERS_TOO | word_set(
    "Chef Constable Firefighter Inspector Pitcher Principal Sergeant Superintendent"
)
"""Titles that no leader ever had."""
POLITE = word_set("Mr. Mrs. Ms. Miss Mr Mrs Ms")
HONORIFICS = OTHERS_TITLES | POLITE | {"Sir"}
BEFORE_SURNAME = GIVEN_NAMES | HONORIFICS

BEFORE_NO_NAME = word_set(
    """
    A After Afterwards Also Although An And As At Because Before Both But By Can Did Does Earlier Even
    Eventually Finally For From Had Has How However If In Indeed Instead Is Later Meanwhile Moreover Neither
    Nevertheless Nonetheless Nor Now On Only Or Perhaps Recently Separately Similarly Since So Soon Still That
    The Then Therefore Though Thus Today Tomorrow Tonight Ultimately Until What When Where Whether While Why
    With Would Yesterday Yet
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)
"""Words that begin a sentence, and days: before a name they are no part of it."""
BEFORE_A_PLACE = word_set("at from in near on to")
"""Words after which a name is a place's, a month's, a source's: `in Paris,`, `according to AFP,`."""
BEFORE_A_COUNTRY = word_set("across and for from in inside into leave leaves of to with within")
"""Words after which `the Congo` is a state, and no river."""
BEFORE_NO_LIST = BEFORE_A_PLACE | word_set("after before the")
"""Words after which a name begins no list: `after Thanksgiving,`, `the Kremlin,`."""
STATES_OF_INITIALS = word_set("U.S. U.S.A. U.K. U.N. E.U. U.A.E. D.C.")

SMALL_IN_HEADLINES = word_set(
    "after amid from into near onto over past than that through toward towards under until upon with"
)
"""Longer words that some leave small in a headline in which all others have a capital."""
HEADLINES_SAY = word_set(
    """
    air airport army bank beef became began blackout blast bomb bombing bond border budget cabinet central
    coal coalition consumer could coup court crash crisis crown currency cyclone dam data debt defence defense
    dissident drone drought drug economy election embassy energy envoy export fell fighter fire flight flood
    food foreign fuel gas gold government grid growth gunman gunmen head health heat high hit home hospital
    hostage hurricane industrial inflation jet judge king lawmaker leader loan lockdown lost may military
    militia mine minister ministry missile mob monsoon must navy near new now nuclear oil opposition
    parliament party peace phone plane police poll port post power president prime prison property protest
    quake rail rand rate real rebel record referendum refugee retail rose runoff science shilling should spy
    stock stocks storm strike sugar supreme tariff tax team tech top tourism tourist trade train treasury
    truce vote war warship water wheat win won would
    """
)
"""What follows a state in a headline, beside verbs in -s and -ed: what it has, and other verbs."""
ROLE_WORDS = word_set(
    """
    President Prime Minister Foreign Defense Defence Interior Finance Chancellor King Queen Prince Premier
    Embassy Ambassador Parliament Government Army Air Navy Armed Forces National Supreme Islamic Muslim
    Arab Jewish Christian Red Royal First Vice Gov Governor Senate Senator Sen Legislature Democrat Democrats
    Democratic Republican Republicans Attorney Secretary State Department General
    """
)
"""Capitalised words that follow the name of a country, a state of the US, when it is that."""

BEFORE_SOURCE = word_set("told to by tells informed with from")
BEFORE_THE_SOURCE = ("told the ", "tells the ", "informed the ", "by the ", "according to the ")
AFTER_SOURCE = word_set(
    """
    reported reports said says has had news newswire quoted quotes photo photographer file cited
    witness witnesses writer writers contributed
    """
)

LANGUAGE_OR_FOOD = word_set(
    """
    alphabet cuisine curry curries noodles salad salads stew soup omelette meatballs takeout
    yoghurt yogurt knotweed rug rugs hound hounds spaniel wolfhound massage corgi mastiff moss
    barber barbers deli delis dolls folklore mythology whispers barbecue lilac language
    language-speaking speaker speakers speaking class classes teacher literature lessons translation
    dictionary subtitles accent grammar muffin muffins toast kiss fries horn bulldog shepherd shepherds
    immersion terrier dressing goulash pastry pastries takeaway takeaways waffle waffles cheese roulette
    sausage coffee doors oak ivy setter
    """
)

TAUGHT = word_set("English French German Italian Spanish")
"""Languages of many schools, whose `students` are anyone's; `Indonesian students` are of Indonesia."""
THINGS = word_set(
    """
    almonds bologna doughnut doughnuts sausage sausages cedar fowl libre maple
    noodles pepper spruce sling worm
    """
)
"""Words that make a name before them that of a thing: `Norway spruce`."""
HOUSES = word_set("Market Hotel School College Church Hospital Village Apartments Restaurant Café Cafe")
"""What anything may befall: `Nigeria Church Attack Kills 40`."""
NAMED_AFTER = HOUSES | word_set(
    """
    County Road Rd Street St Avenue Ave Boulevard Blvd Drive Lane Township Borough Creek Park Parkway
    Turnpike Tollway Expressway Freeway Pike Trail Times Post Herald Gazette Tribune Telegraph Chronicle
    Examiner Grill Bistro Kitchen Deli Bakery Pub Tavern Marketplace Inn Oaks Hills Heights Ridge Springs
    Orchard High Elementary Lutheran Baptist Cemetery Library Terrace Plaza Bulldogs Immersion
    """
)
"""Words that make what stands before them the name of a street, a school, a shop."""
NAMED_AFTER_A_PLACE = NAMED_AFTER | THINGS

PAGEANTS = word_set("Cosmo Earth Grand International Teen Universe World")
"""Words between `Miss` and the state whose contestant she is."""

WHOSE = word_set("his her their my your its")
"""Words before which a surname is a pun on a verb."""

CALLED = word_set("called named nicknamed dubbed christened")
"""Words after which a name is that of what was spoken of, which may be a dog."""
CLUBS = word_set(
    """
    AC Ajax Athletic Atletico Atlético Bayern Beitar Borussia CSKA Dinamo Dynamo Eintracht FC
    Ferencvaros Hapoel Hertha Legia Levski Lokomotiv Maccabi Olympique Partizan RB SC Shakhtar Slavia
    Sparta Spartak Steaua VfB Werder Zenit
    """
)
"""Words before a city that make it a club."""
CLUBS_OF_CITIES = {
    "AS": word_set("Monaco"),
    "Austria": word_set("Vienna"),
    "Inter": word_set("Milan"),
    "Rapid": word_set("Bucharest Vienna"),
    "Real": word_set("Madrid"),
    "Sheriff": word_set("Tiraspol"),
    "Sporting": word_set("Lisbon"),
    "Star": word_set("Belgrade"),
    "Union": word_set("Berlin"),
}
"""By the first words of clubs, which may stand before cities for other reasons too, their cities."""
GEORGIA = "Q230"
"""The country: before its name stand its own towns, as those of the state do."""
WITH_TEAMS = word_set("Q30 Q16 Q145")
"""The United States, Canada, the United Kingdom: whose cities have the teams below."""
TEAMS = word_set(
    """
    Albion Angels Astros Athletics Avalanche Bears Bengals Blackhawks Blazers Braves Brewers Broncos
    Browns Bruins Buccaneers Bucks Bulls Canadiens Canucks Capitals Cardinals Cavaliers Celtics Chargers
    Clippers Colts Commanders Cowboys Coyotes Cubs Devils Diamondbacks Dodgers Dolphins Ducks Eagles FC
    Falcons Flames Flyers Galaxy Giants Grizzlies Hawks Hornets Hotspur Hurricanes Islanders Jaguars
    Jazz Kings Knicks Kraken Lakers Leafs Lions Magic Mariners Marlins Mavericks Mets Nationals Nets
    Nuggets Oilers Orioles Pacers Packers Padres Panthers Patriots Pelicans Penguins Phillies Pistons
    Predators Ramblers Rams Raptors Ravens Redblacks Redskins Rovers Royals SC Sabres Saints Seahawks
    Senators Sharks Sixers Sounders Sox Spurs Steelers Suns Texans Thunder Tigers Timberwolves Titans
    Twins Vikings Wanderers Warriors Wizards Yankees
    """
)
"""Words after a city that make it a team; not those of war: `Rockets`, `Jets`."""
TEAMS_OF_TWO_WORDS = frozenset(
    (
        "Blue Jackets", "Blue Jays", "Golden Knights", "Maple Leafs", "Red Sox", "Red Wings", "Trail Blazers",
        "White Sox",
    )
)  # fmt: skip
BEFORE_A_TEAM = frozenset(team.partition(" ")[0] for team in TEAMS_OF_TWO_WORDS)

TRADED = word_set(
    """
    ban barons bill boards dealers dealings exporter exporters exports export farmers giant group growers
    harvest import importer importers imports industry law laws maker makers makes market output policy
    price prices producer producers production rights rules sales sector sellers shipments shortage smugglers
    supply supplies tariff tariffs taxes tax trade traders
    """
)
"""What is said of food, a language or goods that is news of the country: `cheese exports`, `language law`."""

AFTER_POLISH = word_set("your it them shoes silver furniture")
"""Words that make `Polish` at the head of a sentence a verb."""

BELONG_TO_PEOPLE = word_set(
    """
    Airport airport Award Building Casino Centre Center Foundation Institute International Jr. jacket jackets
    Library Memorial Organization Prize Scholarship Stadium Tower University bakery brewery brothers choir
    cottage diner gallery garage goals hotel hotels nets netted orchestra pub restaurant salon scored scores
    shop sisters troupe winery
    """
)
"""Words that make a surname before them part of a name, or a player's."""

SPEAKING = word_set(
    """
    speak speaks spoke spoken speaking learn learns learned learning teach teaches taught studied study
    studying fluent
    """
)

OF_BY_NAME = word_set("Sea Gulf Bay Bank Times")
"""What is of a country by name alone, before `of`."""

CABINETS = (" administration", " government", " presidency", " cabinet", " White House")
"""Words that make a surname before them the head of a government."""

SUBJECTS = word_set("HE SHE THEY WE YOU WHO IT THAT")
"""Words before a verb among capitals after which `US` is `us`: `THEY SENT US HOME`."""
BEFORE_A_PRONOUN = word_set("TELL LET GIVE SHOW HELP ASK TEACH TRUST SAVE JOIN")
"""Words before `US` among capitals that make it `us`."""
ASKED_OF_READERS = word_set("CALL CONTACT EMAIL FIND FOLLOW VISIT WRITE")
"""Those that are so at the head of a line alone: `FOLLOW US ON TWITTER`; not `IRAN CONTACT US`."""
SOME_OF = word_set("ALL MOST SOME NONE ONE MANY BOTH")
"""What is said `OF US`."""
TAKEN_FROM = word_set("EVERYTHING NOTHING ANYTHING ALL")
"""What is taken `FROM US`."""
DONE_TO_US = word_set(
    """
    TO TELLS TOLD LETS GIVES GAVE SHOWS HELPS OF FOR LIKE AMONG ABOUT MAKE MAKES KEEP TEACHES TAUGHT ASKS
    BETWEEN BEHIND LEAVE LEAVES LOVE LOVES KILL KILLING HATE HATES THAN BRING BRINGS TAKE TAKES SEND HEAR BEAT
    BEATS SELL SELLS SOLD TURN TURNS TURNED COST COSTS REMIND REMINDS BROUGHT TOOK LEFT MADE KEPT GOT GETS GET
    """
)
"""Words before it that do so where no noun follows: not `FEARS FOR US ECONOMY`."""
NO_NOUNS = word_set("ALL ALONE BE HOME BACK OUT A AN THE THIS THAT THESE INTO TO FOR OFF DOWN DEAR") | {""}
"""What follows `US` where it is `us` after a subject or one of those words; or nothing does."""
AFTER_A_PRONOUN = word_set("BOTH HOW WHAT WHY OUR ANYTHING SOMETHING EVERYTHING NOTHING")
"""Words after it that do so too."""

PERFECT = word_set("has had have also will would")
"""Words that may stand between a capital and what its government does."""

STATES_DO = word_set(
    """
    protested recalled recalls vetoed vetoes warned warns accused accuses summoned summons expelled expels
    retaliated condemned condemns denounced denounces annexed invaded annexes invades ratified ratifies
    revokes until
    """
)
"""What only a government does: after a capital's name they make it one."""

SPEAKERS_DO = word_set(
    """
    said says denied denies blamed blames urged urges insisted insists rejected rejects confirmed confirms
    wants wanted agreed agrees refused refuses called calls claims claimed vowed vows pledged pledges
    demanded demands hopes fears believes sees backs backed supports supported imposed imposes sent
    sends announced announces responded responds offered offers suspended suspends threatened threatens
    seeks sought considers regards signalled signaled signals maintains argues argued
    withdrew promised fined fines welcomed welcomes pressed presses fired agreed imposed lifted
    mediated brokered resumed restored recognised recognized froze freezes doubles
    """
)
"""What a government does, and people too."""

LEADERS_DO = (
    STATES_DO
    | SPEAKERS_DO
    | word_set(
        """
    tells told meets met visits visited wins won loses lost faces faced signs signed names named picks picked
    arrives arrived orders ordered fires fired sacks sacked resigns resigned quits dies died flies flew hails
    hailed praises praised slams slammed blasts blasted attacks attacked defends defended dismisses dismissed
    hints hinted hosts hosted opens opened lifts lifted ends ended cancels cancelled presses pressed
    scraps scrapped takes took makes made gives gave gets got goes went is was has had will
    thanks thanked cuts heads inaugurates lands launches mulls pardons reshuffles seeks unveils
    """
    )
)
"""What people who lead do."""
STATESMEN_DO = word_set(
    """
    accuses arrives backs blames condemns courts denounces flies hails hosts lands meets presses pledges
    rejects snubs summons tells threatens urges vows visits warns woos
    """
)
"""What they do abroad, and other bearers of their names in the news seldom."""
AT_HOME = word_set("baked bakes cooked cooks lived lives married marries played plays")
"""What anyone does."""
SPEAK = LEADERS_DO | word_set("to and as after at agree clash declared declares meet sign talk")
"""What people do in headlines: after a surname such a word is no part of a name, even with a capital."""

DONE_TO_PEOPLE = word_set(
    """
    accused accuses asked asks assured assures begged begs joined met meet meets phoned phones pressed presses
    said says tells thanked told urged urges with
    """
)
"""Words before a surname that make it a person's of whom news speaks: `met Merz`."""
BEFORE_A_SUBJECT = frozenset(word.lower() for word in BEFORE_NO_NAME - {"A", "An", "The", "At", "By", "From"})
"""Words after which a subject may stand: `as Merz arrived`."""

DONE_TO_STATES = word_set(
    """
    warned warn warns warning accused accuse accuses accusing urged urge urges blamed blame blames pressed
    angered infuriated alarmed provoked sanctioned
    """
)

DEALINGS = word_set(
    """
    ties relations talks negotiations deal deals agreement pact alliance sanctions embargo tensions tension
    pressure war row dispute dialogue contacts truce standoff spat influence arms
    """
)
DEALING_WITH = word_set("with on against from to between")
SENT_TO = word_set(
    """
    envoy ambassador aid drones weapons missiles arms tanks jets deliveries shipments ammunition loan loans
    supply supplied supplies deliver delivers arming rebuke appeal plea ultimatum protest protested complained
    """
)
"""What goes `to Kyiv`: to a government, not to a city."""
TO_NEGOTIATE = word_set("begin hold sign resume exchange impose lift share send discuss negotiate restore")
"""What two are to do, who are then governments: `Ottawa and Washington are to begin talks`."""

NEGOTIATED = word_set(
    "accord agreement ceasefire declaration diplomacy negotiations pact pledge ties treaty truce"
)
NEGOTIATORS_DO = word_set(
    """
    break breaks broke extend extended extends reach reached reaches restore restored restores resume resumed
    resumes revive revived revives scrap scrapped scraps sign signed signs suspend suspended suspends
    """
)
"""What governments do to what they negotiate: `Seoul and Tokyo revive shuttle diplomacy`."""

OF_STATES = word_set(
    """
    nuclear government foreign military ambassador embassy allies ally forces troops army policy leadership
    regime invasion missiles missile weapons envoy diplomats sanctions war proxies backing support influence
    claims claim demands response decision ties relations economy atomic uranium rulers leaders
    ambassadors ambitions balancing belligerence blockade consent crackdown defence defense
    denial diplomacy fears grip hopes insistence intelligence intentions interests interference involvement
    mediation objections occupation offensive opposition refusal reluctance resolve retaliation spies spy
    stance strategy tariffs threat threats warning warnings willingness withdrawal
    """
)
ATTACKS = word_set(
    """
    assault attack attacks campaign drill drills drone drones invasion missile missiles offensive operation
    raid raids rocket rockets strike strikes war
    """
)
"""What a government launches."""
BACKED = word_set("backed aligned led controlled installed friendly brokered allied sponsored")
"""What follows a hyphen after a government's name."""

SAID_TO_BE = word_set("a an the as to its his her their")
"""Words after a name that say what is thought of who bears it: `called Canada a cheat`."""
GIVEN_NAMES_OF_THEIR_OWN = word_set(
    """
    app baby barge bear boat boy bull calf camel cat character child chimpanzee colt cow cyclone
    daughter dog dolphin donkey elephant ferry foal freighter giraffe girl goat gorilla hamster hippo
    horse hurricane husky kitten lion lioness man mare orangutan panda parrot penguin pig pony poodle
    puppy rabbit ship sloop son stallion steamer storm street tanker tiger tortoise town trawler tug
    tugboat typhoon vessel village whale woman yacht
    """
)
"""What may be `called Togo`: not a minister, who calls others things."""

WORDS_TOO = GIVEN_NAMES | word_set(
    """
    May March April June August Brown Park King Bush Gates Rice Power Cook Day Young Long Green White Black
    Bishop Key English Major Price Fox Hill Law Case Ban Sun Song Hunt Pope Rose Woods Moon Carter Ford Berry
    Wood Stone Field Fields Hope Love Mann Best Bell Ball Banks Barber Butler Church Cross Dean Drew Fall
    Farmer Fish French German Golden Grace Guard Hall Head House Justice Knight Lake Lamb Lane Little Lord
    Marks Mason Miller Noble North Page Pace Peace Pitt Poole Post Pound Rich Rivers Salt Sands Savage Self
    Shaw Short Singer Small Smith Snow Speaker Steel Street Strong Summers Swift Taylor Temple Thrush Turner
    Walker Wall Ward Waters Weaver Webb Weeks West Wise Wolf Worth Wright Straw Hague Javid Khan Singh Kim Lee
    Li Wang Ma Hu Han Cho Ali Abdullah Mohamed Mohammed Ahmed Hassan Hussein Castro Costa Santos Silva Diaz
    Garcia Hernandez Lopez Martinez Perez Rodriguez Sanchez Cohen Katz Levy Johnson Jones Williams Davis
    Wilson Moore Jackson Harris Lewis Clark Robinson Mitchell Roberts Phillips Campbell Parker Evans Edwards
    Collins Stewart Morris Rogers Reed Murphy Bailey Cooper Richardson Cox Howard Peterson Gray Watson
    Brooks Kelly Sanders Bennett Barnes Ross Henderson Coleman Jenkins Perry Powell Patterson Hughes
    Washington Foster Bryant Alexander Russell Griffin Hayes Lam
    """
)
"""Surnames that are words, given names, or borne by too many to stand for one person of that day's news."""
