"""What `wirewatch watches` prints."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from connectors.notify.store import Precision, StoredAlert
from wirewatch.article import Article
from wirewatch.passages import by_sentence
from wirewatch.service.screen.alert import highlighted
from wirewatch.service.screen.console import output_console
from wirewatch.service.screen.deliveries import stored_alert_lines
from wirewatch.text import count, printable_line
from wirewatch.watches.compile import Judgement
from wirewatch.watches.evidence import evidence
from wirewatch.watches.explain import Explained
from wirewatch.watches.language import All, Any, AtLeast
from wirewatch.watches.model import Watch
from wirewatch.watches.problems import Finding
from wirewatch.watches.watch_tests import WatchTestResult

_UNTOLD = (
    "  no alert about it was found here: the watch may have matched it only since a later change, the "
    "pipeline may not have read it yet, the alert may be older than notify.keep_days, or it joined a story "
    "that is no longer stored, or is stored on Flink or on another machine"
)
_CLAUSE = 80
"""Characters of a clause that are said again of a miss: the tree above has it whole."""
_MARKS = {True: ("✓", "green"), False: ("✗", "red")}


def finding_text(finding: Finding) -> str:
    """Return what is wrong, with the line it stands in and a caret below."""
    kind = "warning: " if finding.warning else ""
    return "\n".join(part for part in (kind + finding.message, finding.excerpt) if part)


def finding_json(finding: Finding) -> dict[str, object]:
    """Return what is wrong, for JSON."""
    return {
        "file": str(finding.path),
        "line": finding.line,
        "column": finding.column,
        "watch": finding.watch.strip("'"),
        "level": "warning" if finding.warning else "error",
        "message": finding.what,
        "fix": finding.fix,
    }


def watch_json(watch: Watch, judged: Precision | None) -> dict[str, object]:
    """Return a watch with its version and how its alerts were marked, for JSON."""
    return {
        **watch.model_dump(mode="json", exclude={"tests"}),
        "version": watch.version,
        "tests": len(watch.tests),
        "marked_true": judged.true if judged else 0,
        "marked_false": judged.false if judged else 0,
        "precision": judged.share if judged else None,
    }


def print_watches(watches: Sequence[Watch], judged: Mapping[str, Precision]) -> None:
    """Print one row a watch; `judged` has those, by id, whose alerts somebody marked."""
    if not watches:
        typer.echo('no watches yet; `wirewatch watches new "Iran and oil"` drafts one')
        return
    table = Table.grid(padding=(0, 2))
    for _ in range(4):
        table.add_column(no_wrap=True)
    table.add_column()
    for watch in watches:
        tests = count(len(watch.tests), "test") if watch.tests else "no tests"
        right = _precision(judged.get(watch.id))
        table.add_row(
            watch.id, watch.severity, tests, right, Text(" ".join(printable_line(watch.when).split()))
        )
    output_console().print(table, markup=False)


def _precision(judged: Precision | None) -> str:
    return f"{judged.true} of {judged.true + judged.false} true" if judged else ""


def print_outcome(outcome: WatchTestResult) -> None:
    """Print how a test went; why, when it failed."""
    console = output_console()
    mark, colour = _MARKS[outcome.passed]
    console.print(
        Text.assemble((mark, colour), f" {outcome.watch.id} {outcome.number}: ", printable_line(outcome.name))
    )
    if outcome.passed:
        return
    console.print(f"    {outcome.failure}", markup=False, highlight=False)
    if outcome.judgement is not None:
        for line in _reasons(outcome.judgement, None):
            console.print(Text("    ") + line)


def reasons_text(judgement: Judgement) -> str:
    """Return the tree of clauses and the nearest misses, without colours."""
    return "\n".join(line.plain for line in _reasons(judgement, None))


def print_summary(outcomes: Sequence[WatchTestResult], *, untested: Sequence[str]) -> None:
    """Print how many went well."""
    failed = sum(not outcome.passed for outcome in outcomes)
    said = count(len(outcomes), "test") + (f", {failed} failed" if failed else " passed")
    typer.echo(said + (f"; without tests: {', '.join(untested)}" if untested else ""))


def outcome_json(outcome: WatchTestResult) -> dict[str, object]:
    """Return how a test went, for JSON."""
    found: dict[str, object] = {
        "watch": outcome.watch.id,
        "test": outcome.number,
        "name": outcome.name,
        "expect": outcome.test.expect,
        "passed": outcome.passed,
    }
    if not outcome.passed:
        found["failure"] = outcome.failure
        found["misses"] = _misses_json(outcome.judgement) if outcome.judgement is not None else []
    return found


def print_judgement(
    judgement: Judgement, article: Article, told: Sequence[StoredAlert], *, was_read: bool
) -> None:
    """Print whether and why an article meets a watch, and the alerts that told of its story.

    Of one that the service has read it is also said when there is none.
    """
    console = output_console()
    mark, colour = _MARKS[judgement.met]
    says = "meets" if judgement.met else "does not meet"
    console.print(
        Text.assemble(
            (mark, colour), f" {says} {judgement.watch.id}: ", (printable_line(article.title), "bold")
        )
    )
    for line in _reasons(judgement, article):
        console.print(Text("  ") + line)
    if judgement.met and (counted := _counted(judgement.watch)):
        backtest = f"`wirewatch watches backtest {judgement.watch.id}` shows when the watch would alert"
        console.print(Text(f"  it counts towards the {counted} but raises no alert by itself; {backtest}"))
    elif judgement.met and was_read and not told:
        console.print(_UNTOLD, markup=False, highlight=False)
    for stored in told:
        console.print(_teller(stored, article))
        for line in stored_alert_lines(stored):
            console.print(Text("  ") + line)
    console.print()


def _teller(stored: StoredAlert, article: Article) -> Text:
    alert = stored.alert
    own = alert.article == article.id
    counts_to = "incident" if alert.incident else "story"
    says = "raised alert" if own else f"counted to the {counts_to} of alert"
    which = "" if own else f": {printable_line(alert.title)}"
    return Text(
        f"  {says} {alert.id[:8]} ({alert.step}, {stored.received:%Y-%m-%d %H:%M} UTC){which}", "cyan"
    )


def _counted(watch: Watch) -> str:
    return "volume" if watch.volume is not None else "spike" if watch.spike is not None else ""


def _reasons(judgement: Judgement, article: Article | None) -> Iterator[Text]:
    for refusal in judgement.refusals:
        yield Text.assemble(("✗", "red"), f" only: {printable_line(refusal)}")
    yield from _tree(judgement.condition, article)
    for miss in judgement.misses:
        hint = f": {printable_line(miss.hint)}" if miss.hint else " does not occur in it"
        yield Text.assemble(
            ("nearest miss: ", "yellow"),
            shorten(printable_line(miss.clause), _CLAUSE, placeholder=" …"),
            hint,
        )


def _tree(explained: Explained, article: Article | None, depth: int = 0) -> Iterator[Text]:
    indent, (mark, colour) = "  " * depth, _MARKS[explained.met]
    yield Text.assemble(indent, (mark, colour), " ", (_label(explained), "cyan"))
    if explained.is_reason:
        shown = () if article is None else evidence(article, explained.places)
        yield from (Text(f"{indent}    ") + highlighted(list(sentence)) for sentence in by_sentence(shown))
        return
    for part in explained.parts:
        yield from _tree(part, article, depth + 1)


def _label(explained: Explained) -> str:
    match explained.node:
        case All():
            return "all of"
        case Any():
            return "any of"
        case AtLeast(number):
            return f"at least {number} of"
        case node if explained.is_reason:
            return printable_line(str(node))
        case _:
            return "not"


def judgement_json(judgement: Judgement, article: Article, told: Sequence[StoredAlert]) -> dict[str, object]:
    """Return whether and why an article meets a watch, and the alerts that told of its story, for JSON."""
    return {
        "watch": judgement.watch.id,
        "article": article.id,
        "title": article.title,
        "met": judgement.met,
        "only": list(judgement.refusals),
        "condition": _explained_json(judgement.condition, article),
        "misses": _misses_json(judgement),
        "alerts": [stored.alert.id for stored in told],
    }


def _misses_json(judgement: Judgement) -> list[dict[str, str]]:
    return [{"clause": miss.clause, "hint": miss.hint} for miss in judgement.misses]


def _explained_json(explained: Explained, article: Article) -> dict[str, object]:
    found: dict[str, object] = {"clause": str(explained.node), "met": explained.met}
    if explained.parts:
        found["parts"] = [_explained_json(part, article) for part in explained.parts]
    if explained.is_reason:
        found["evidence"] = [msgspec.to_builtins(one) for one in evidence(article, explained.places)]
    return found
