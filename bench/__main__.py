"""`python -m bench`: measures, prints tables, writes docs/reports/bench-DATE[-NAME].md."""

import argparse
import signal
import sys
import tempfile
from pathlib import Path

from bench import machine, report
from bench.articles import Newsroom
from bench.plan import QUICK, Plan, Sizes
from bench.processes import ROOT
from bench.report import Table
from bench.sections import BY_NAME_ONLY, SECTIONS
from wirewatch.resources import default_config_dir, default_seeds_dir
from wirewatch.service import garbage


def main() -> None:
    # As Ctrl-C does: what was started is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    garbage.look_seldom()  # what is measured in this process runs as it does in the service
    options = _options()
    guests = options.contenders.absolute()
    if not guests.exists() and {"throughput", "matchers"} & set(options.only):
        sys.exit(
            f"bench: {guests}: no such file; `make bench` sets it up, or leave out throughput and matchers"
        )
    facts = machine.describe(guests)
    show = Table("wirewatch bench", ("", ""), [*facts])
    show.show()
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="wirewatch-bench-", ignore_cleanup_errors=True) as folder:
        newsroom = Newsroom(default_config_dir(), default_seeds_dir())
        plan = Plan(QUICK if options.quick else Sizes(), Path(folder), guests, newsroom, options.report)
        for name in options.only:
            print(f"{name} …", flush=True)
            for table in SECTIONS[name](plan):
                table.show()
                tables.append(table)
    path = report.write(options.report, facts, tables, quick=options.quick, name=options.name)
    print(f"written to {path}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes: does it work?")
    parser.add_argument(
        "--only",
        action="append",
        choices=SECTIONS,
        metavar="NAME",
        help=f"of {', '.join(SECTIONS)}; repeatable",
    )
    parser.add_argument(
        "--contenders",
        type=Path,
        default=ROOT / ".venv-bench" / "bin" / "python",
        help="Python of the environment with Quix Streams and Bytewax",
    )
    parser.add_argument("--report", type=Path, default=ROOT / "docs" / "reports", help="folder of the report")
    parser.add_argument("--name", help="of the report, where it should not be the day's bench")
    options = parser.parse_args()
    options.only = options.only or [name for name in SECTIONS if name not in BY_NAME_ONLY]
    return options


if __name__ == "__main__":
    main()
