"""The frameworks compared with run in an environment of their own, which must hold what our side imports."""

import json
import re
import subprocess
import sys
from importlib import metadata

from tests.service.support import ROOT, environment

OPTIONAL = {"regex", "setuptools"}
"""lark takes the first where it is there; the second comes with every environment."""
IMPORTED = """
import json, sys
import bench.work
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def distributions(modules):
    """Return the distributions that these top-level modules come from, but for our own."""
    owners = metadata.packages_distributions()
    return {name.lower().replace("_", "-") for each in modules for name in owners.get(each, ())} - {
        "wirewatch"
    }


def test_all_that_the_functions_compared_import_is_locked_for_it():
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        check=True,
    )
    locked = (ROOT / "requirements" / "bench.txt").read_text(encoding="utf-8")
    needed = distributions(json.loads(done.stdout)) - OPTIONAL
    assert {"msgspec", "rensa", "platformdirs"} <= needed
    assert needed <= set(re.findall(r"^([a-z0-9.-]+)==", locked, re.MULTILINE)), (
        "requirements/bench.in lacks some"
    )
