"""The results of watches' tests as JUnit XML, which CI servers read."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from wirewatch.service.cli.watches.output import reasons_text
from wirewatch.text import printable_line
from wirewatch.watches.watch_tests import WatchTestResult


def junit_xml(outcomes: Sequence[WatchTestResult]) -> bytes:
    """Return the outcomes as XML, a suite a watch; a failure's text is what the terminal shows below it."""
    root = ET.Element("testsuites", name="wirewatch watches")
    for watch in dict.fromkeys(outcome.watch.id for outcome in outcomes):
        own = [outcome for outcome in outcomes if outcome.watch.id == watch]
        failures = str(sum(not outcome.passed for outcome in own))
        suite = ET.SubElement(root, "testsuite", name=watch, tests=str(len(own)), failures=failures)
        for outcome in own:
            name = f"{outcome.number}: {printable_line(outcome.name)}"
            case = ET.SubElement(suite, "testcase", classname=watch, name=name)
            if not outcome.passed:
                failure = ET.SubElement(case, "failure", message=printable_line(outcome.failure))
                if outcome.judgement is not None:
                    failure.text = reasons_text(outcome.judgement)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).encode()
