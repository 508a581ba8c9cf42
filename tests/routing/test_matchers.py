"""Matchers: how they are written, and what they fit."""

import pytest

from connectors.notify.routing.matchers import parse_matcher

LABELS = {"watch": ("nato",), "actor": ("org:nato", "NATO", "usa"), "source": (), "empty": ("",)}

FITS = {
    "equal": ("watch=nato", True),
    "equal, quoted": ('watch="nato"', True),
    "blanks around": (' watch = "nato" ', True),
    "not equal": ("watch!=nato", False),
    "one of several": ("actor=usa", True),
    "none of several": ("actor!=usa", False),
    "none of several is another": ("actor!=iran", True),
    "regex": ("watch=~na.*", True),
    "regex fits the whole": ("watch=~nat", False),
    "alternatives fit the whole": ("watch=~na|to", False),
    "regex over several": ("actor=~us.", True),
    "no regex over several": ("actor!~us.", False),
    "missing is empty": ("desk=", True),
    "missing is not a value": ("desk=gulf", False),
    "missing differs from a value": ("desk!=gulf", True),
    "without values is empty": ('source=""', True),
    "something is there": ("watch!=", True),
    "case counts": ("watch=NATO", False),
    "case by regex": ("watch=~(?i)NATO", True),
    "escaped quote": (r'watch="na\"to"', False),
    "equals sign in the value": ("watch=a=b", False),
}


@pytest.mark.parametrize(("text", "fits"), FITS.values(), ids=FITS.keys())
def test_fits(text, fits):
    assert parse_matcher(text).matches(LABELS) is fits


REFUSED = {
    "no operator": ("nato", "is no matcher"),
    "no name": ("=nato", "is no matcher"),
    "quotes open": ('watch="nato', "do not close"),
    "a quote inside": ('watch=na"to', "needs quotes around it"),
    "bad regex": ("watch=~(", "missing )"),
    "look-ahead": ("watch=~(?=a)", "no regular expression of RE2"),
    "back reference": (r"watch=~(a)\1", "no regular expression of RE2"),
    "plural": ("actors=nato", "write actor instead"),
    "endless": ("watch=" + "x" * 3000, "longer than"),
    "too large when compiled": ("watch=~((a{100}){100}){100}", "no regular expression of RE2"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(text, why):
    with pytest.raises(ValueError, match=r"\w") as refused:
        parse_matcher(text)
    assert why in str(refused.value)


@pytest.mark.parametrize("text", ["watch=nato", r'a="b\\c\"d"', 'x=~"a|b"', 'y!~"\\d+"', 'z="a\nb"'])
def test_written_out_it_is_the_same(text):
    matcher = parse_matcher(text)
    assert parse_matcher(str(matcher)) == matcher
