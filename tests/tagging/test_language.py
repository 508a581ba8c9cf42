import pytest
from hypothesis import given, settings

from tests.tagging.conftest import make_article
from tests.tagging.test_properties import TEXTS
from wirewatch.tagging.text.fold import Text
from wirewatch.tagging.text.language import detect

TEXTS_IN = {
    "en": "Iran said on Tuesday that it would return to the talks when the sanctions had been lifted.",
    "es": "El presidente de Irán dijo el martes que volvería a la mesa cuando se levanten las sanciones.",
    "fr": "Le président iranien a déclaré mardi qu’il reviendrait à la table des négociations bientôt.",  # noqa: RUF001
    "de": "Der iranische Präsident sagte am Dienstag, er werde an den Verhandlungstisch zurückkehren.",
    "nl": "De president van Iran zei dinsdag dat hij terugkeert naar de onderhandelingen over het akkoord.",
    "da": "Irans præsident sagde tirsdag, at landet vil have sanktionerne ophævet, før det taler videre.",
    "ru": "Президент Ирана заявил во вторник, что вернётся за стол переговоров после снятия санкций.",
    "ar": "قال الرئيس الإيراني يوم الثلاثاء إنه سيعود إلى طاولة المفاوضات عندما ترفع العقوبات عن بلاده",
    "zh": (
        "伊朗总统星期二表示，如果制裁被取消，他将重返谈判桌。"  # noqa: RUF001
        "外交部发言人说，谈判将于下周在日内瓦继续举行，各方均已同意参加。"  # noqa: RUF001
    ),
}


def language(*parts, declared=None):
    return detect(Text(parts[0], parts[1:]), declared)


@pytest.mark.parametrize(("code", "text"), TEXTS_IN.items(), ids=TEXTS_IN.keys())
def test_a_sentence_tells_its_language(code, text):
    assert language("", text) == code


@pytest.mark.parametrize("declared", [None, "en"])
def test_the_text_counts_more_than_what_is_declared(declared):
    assert language("", TEXTS_IN["es"], declared=declared) == "es"
    assert language("", TEXTS_IN["en"], declared="es") == "en"


@pytest.mark.parametrize("repeated", [1, 2], ids=["alone", "as its own summary"])
@pytest.mark.parametrize(
    "headline",
    [
        "Oil workers end strike on Brazilian rigs",
        "Nigeria fuel subsidy protest turns deadly",  # much as in Nigerian Pidgin
        "Troops seize power in Niger",
        "Georgia Parliament Passes Foreign-Agent Law",
        "Roma beat Lazio in derby. Pellegrini scored.",
        "Deutsche Bank was fined.",
        "Georgia's parliament passes foreign agents law",
        "School bus overturns in Kentucky, 12 hurt",
        "Pope visits Lebanon",
    ],
)
def test_a_headline_is_not_taken_for_another_language_by_its_names(headline, repeated):
    assert language(*[headline] * repeated) in ("en", None)


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("es", "Huelga de trenes paraliza Barcelona y Madrid"),
        ("es", "El ejército toma el poder en Níger"),
        ("de", "Merz verteidigt Rentenpaket im Bundestag"),
        ("de", "Trump will Grönland kaufen"),
        ("fr", "La BCE baisse ses taux"),
        ("fr", "Bank of America prévoit une récession"),
        ("it", "Sciopero generale, caos nei trasporti a Milano"),
        ("nl", "VVD wint verkiezingen"),
        ("id", "WHO tetapkan darurat kesehatan global"),
        ("pl", "To był trudny rok dla Polski"),
        ("tr", "Bakan istifa etti"),
        ("fy", "Poetin driget mei kearnwapens"),
        ("ru", "Военные захватили власть в Нигере"),
        ("ar", "غارات إسرائيلية على جنوب لبنان"),
        ("zh", "加蓬发生政变"),
        ("zh", "美国宣布对华加征关税"),  # the likeliest is Wu
    ],
)
def test_a_headline_tells_its_language(code, headline):
    assert language(headline) == code


def test_of_languages_alike_the_declared_one_counts():
    headline = "Buruh mogok kerja tuntut kenaikan upah"
    assert language(headline) == "ms"
    assert language(headline, declared="id") == "id"


@pytest.mark.parametrize("declared", ["en", "it"])
def test_a_headline_that_may_be_english_is_what_was_declared(declared):
    assert language("Inter batte Milan nel derby", declared=declared) == declared


def test_figures_are_in_no_language():
    assert language("1,204.50 " * 10, declared="fr") == "fr"


def test_what_says_nothing_is_what_was_declared():
    assert language("Tehran", declared="fr") == "fr"
    assert language("Tehran") is None
    assert language("") is None


def test_an_article_in_another_language_is_tagged_by_names_alone(tagger, article):
    text = "El presidente dijo que NATO hablará con Angola e Iranian sobre las sanctions y el war crime."
    rejected = []
    tags = tagger.tag(article("", text), rejected)
    assert tags.language == "es"
    assert tags.topics == ()
    assert {a.name for a in tags.actors if not a.via} == {"NATO", "Angola"}
    assert {m.kind for a in tags.actors for m in a.mentions} <= {"name", "acronym"}
    assert "other_language" in {one.rule for one in rejected}


def test_an_english_article_is_not(tagger, article):
    tags = tagger.tag(article("Iranian missiles hit a base", TEXTS_IN["en"]))
    assert tags.language == "en"
    assert tags.topics


@settings(max_examples=100)
@given(TEXTS)
def test_any_text_has_a_language_or_none(tagger, text):
    tags = tagger.tag(make_article(text, text))
    assert tags.language is None or tags.language.isascii()
    if tags.language not in (None, "en"):
        assert tags.topics == ()
