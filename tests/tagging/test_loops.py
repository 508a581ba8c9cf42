"""Tagging comes out the same, to the last bit, whether its inner loops are compiled or in Python."""

import importlib
import os
import runpy
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given, settings

import wirewatch.tagging
from connectors.seeds.folder import read_articles
from tests.tagging import in_python
from tests.tagging.conftest import CONFIG, make_article, needs_compiled
from tests.tagging.test_properties import TEXTS
from wirewatch.tagging import Phrase, Tagger, compiled, loops
from wirewatch.tagging.search.patterns import Family
from wirewatch.tagging.text.fold import Text

ROOT = CONFIG.parent
NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.so", "*.jsonl")
PHRASES = [
    Phrase(1, "an", prefix=True),
    Phrase(2, "Iran"),
    Phrase(3, "ir", inside=True),
    Phrase(4, "US", "exact"),
]


@pytest.fixture(scope="module")
def taggers(catalogue, topics):
    return [Tagger(catalogue, topics, PHRASES, loops=one) for one in (loops.PYTHON, loops.FASTEST)]


def outcome(tagger, article):
    """All that can be seen of it; repr tells every bit of a weight."""
    return msgspec.json.encode(tagger.explain(article)), repr(tagger.topic_weights(article))


@needs_compiled
@settings(max_examples=400)
@given(TEXTS, TEXTS)
@example("I\u0307ran", "a\u0301 Iran \ud800 Iran")
@example("Iran hangs man as Israel\u2019s army bombs Syria", "Iran hangs man.")
@example("", "Iran\u2019s Iran-Iran IRAN iran\nUS us U.S.")
def test_any_text(taggers, title, paragraph):
    article = make_article(title, paragraph)
    python, fastest = (outcome(tagger, article) for tagger in taggers)
    assert fastest == python


@needs_compiled
def test_every_seed(taggers):
    articles = read_articles([ROOT / "seeds"], undated=datetime(2026, 1, 1, tzinfo=UTC)).articles
    assert len(articles) > 30
    for article in articles:
        python, fastest = (outcome(tagger, article) for tagger in taggers)
        assert fastest == python


@needs_compiled
@settings(max_examples=200)
@given(TEXTS)
def test_each_family(taggers, text):
    text = Text(text, ["Iran and Iran again"])
    python, fastest = (tagger.automaton.scan(text.plain, text.folded) for tagger in taggers)
    for family in Family:
        assert sorted(fastest.of(family)) == sorted(python.of(family))
        assert fastest.longest(family) == python.longest(family)


@needs_compiled
def test_matches_come_by_their_starts(taggers):
    """Also of texts that several share: else sorting many of them would take time by the square."""
    _, tagger = taggers
    text = Text("Melania Trump and Iran", ["Melania Trump spoke of Iran."] * 3)
    starts = [start for start, _, _ in tagger.automaton.scan(text.plain, text.folded).of(Family.ACTOR)]
    assert len(starts) >= 12
    assert starts == sorted(starts)


@needs_compiled
@pytest.mark.parametrize("unit", ["Iran sanctions ", "a", "US ", "oil price ", "\u0301"])
def test_long_ones(taggers, unit):
    article = make_article("Talks", unit * (200_000 // len(unit)))
    python, fastest = (outcome(tagger, article) for tagger in taggers)
    assert fastest == python


@needs_compiled
def test_nothing_is_kept_of_a_text(taggers):
    _, tagger = taggers
    article = make_article("Airstrikes hit the front line", "Sanctions. Oil prices rise. Airstrikes.")
    alone = outcome(tagger, article)
    for other in ("Airstrikes airstrikes airstrikes", "", "Voters go to polling stations"):
        tagger.tag(make_article(other, other))
        assert outcome(tagger, article) == alone


@needs_compiled
def test_threads_may_share_it(taggers):
    _, tagger = taggers
    articles = [
        make_article(f"Iran {n}", "Airstrikes hit Iran\u2019s oil \u00e9. " * n) for n in range(1, 40)
    ]
    alone = [outcome(tagger, article) for article in articles]
    seen = {}

    def tag(worker):
        seen[worker] = [outcome(tagger, article) for _ in range(5) for article in articles]

    threads = [threading.Thread(target=tag, args=(n,)) for n in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert [seen[n] for n in range(4)] == [alone * 5] * 4


@needs_compiled
def test_a_scan_of_other_tables_is_refused(taggers):
    _, tagger = taggers
    text = Text("Airstrikes hit the front line", ())
    scan = tagger.automaton.scan(text.plain, text.folded)
    few = loops.FASTEST.weigher([], [])
    with pytest.raises(IndexError, match="of other tables"):
        few.told(scan, 0, 0)


def test_without_the_compiled_ones_it_is_python(monkeypatch):
    monkeypatch.setitem(sys.modules, "wirewatch.tagging._loops", None)
    monkeypatch.delattr(wirewatch.tagging, "_loops", raising=False)
    again = importlib.util.module_from_spec(loops.__spec__)
    loops.__spec__.loader.exec_module(again)
    assert again.FASTEST.name == "Python"


@needs_compiled
def test_what_other_sources_gave_is_not_taken(monkeypatch):
    folder = compiled.HERE / compiled.NAME
    assert compiled.path("wirewatch.tagging", ["tagging"]) == [str(folder), "tagging"]
    assert compiled.path("wirewatch.tagging.names", ["names"]) == [str(folder / "names"), "names"]
    monkeypatch.setattr(compiled, "NAME", "compiled_of_yesterday")
    assert compiled.path("wirewatch.tagging", ["tagging"]) == ["tagging"]


@needs_compiled
@pytest.mark.parametrize("source", compiled.SOURCES)
def test_what_is_compiled_is_taken(source):
    """Its package looks for it where the compiled ones are."""
    module = importlib.import_module(f"wirewatch.tagging.{compiled.dotted(source)}")
    assert module.__file__.startswith(str(compiled.HERE / compiled.NAME))


def test_what_c_takes_for_granted_is_a_source_too(tmp_path):
    tagging = shutil.copytree(compiled.HERE, tmp_path / "tagging", ignore=NOT_COPIED)
    types = tagging / "names" / "local.pxd"
    types.write_text(types.read_text() + "# edited\n")
    assert runpy.run_path(str(tagging / "compiled.py"))["NAME"] != compiled.NAME
    types.write_bytes((compiled.HERE / "names" / "local.pxd").read_bytes())
    assert runpy.run_path(str(tagging / "compiled.py"))["NAME"] == compiled.NAME


@needs_compiled
def test_the_other_compiled_modules_do_what_they_do_in_python():
    assert in_python.outcomes() == in_python.run("outcomes")


def test_one_that_cannot_be_loaded_leaves_all_to_python(tmp_path):
    """As after a copy that was cut off: every command goes on, and `--version` says why it is slow."""
    shutil.copytree(ROOT / "wirewatch", tmp_path / "wirewatch", ignore=NOT_COPIED)
    folder = tmp_path / "wirewatch" / "tagging" / compiled.NAME
    for source in compiled.SOURCES:
        module = (folder / source).with_suffix(EXTENSION_SUFFIXES[0])
        module.parent.mkdir(parents=True, exist_ok=True)
        module.write_bytes(b"\x7fELF")
    command = [sys.executable, "-c", "from wirewatch.service.cli.app import main; main()", "--version"]
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.check_output(command, cwd=tmp_path, env=environ, text=True)
    assert "(tagging: Python)" in said
    assert f"cannot be loaded: {folder}" in said


def build(tmp_path, **environment):
    """Build what is compiled in a copy; return the files made."""
    for name in ("setup.py", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("wirewatch", "connectors", "pipelines", "config", "seeds"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=NOT_COPIED, dirs_exist_ok=True)
    command = [sys.executable, "setup.py", "build_ext", "--inplace"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(Path(tmp_path / "wirewatch").rglob("*.so"))


def test_an_installation_without_a_compiler_does_without(tmp_path):
    assert build(tmp_path, CC="false") == []


def test_a_build_leaves_none_of_other_sources(tmp_path):
    """Neither beside the sources nor where setuptools gathers a wheel, all of which it packs."""
    of_before = tmp_path / "wirewatch" / "tagging" / "compiled_of_before" / "fold.so"
    gathered = tmp_path / "build" / "lib.linux" / "wirewatch" / "tagging" / "compiled_of_before" / "fold.so"
    for stale in (of_before, gathered):
        stale.parent.mkdir(parents=True)
        stale.touch()
    build(tmp_path, CC="false")
    assert not of_before.parent.exists()
    assert not gathered.exists()
