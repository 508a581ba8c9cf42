"""Children for the supervisor: what real parts do, in a line each."""

import sys

FINE = """
import signal, sys, time
signal.signal(15, lambda *_: sys.exit(0))
print('up', flush=True)
while True: time.sleep(.05)
"""
STUBBORN = """
import signal, time
signal.signal(15, signal.SIG_IGN)
print('up', flush=True)
while True: time.sleep(.05)
"""
CRASHING = "print('it broke', flush=True); raise SystemExit(1)"
MISCONFIGURED = "print('config: mend me', flush=True); raise SystemExit(2)"
CRASHING_ONCE = """
import pathlib, sys, time
known = pathlib.Path(sys.argv[1])
if not known.exists():
    known.touch(); print('config: mend me', flush=True); sys.exit(2)
print('up', flush=True)
while True: time.sleep(.05)
"""
FINISHING = "print('all done', flush=True)"
PARENT = (
    "import subprocess,sys,time\n"
    "c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(c.pid, flush=True)\nwhile True: time.sleep(.05)"
)
LOGS_ITS_END = (
    "import signal,sys,time,pathlib\n"
    "def end(*_):\n    pathlib.Path(sys.argv[1]).open('a').write(sys.argv[2] + ' '); sys.exit(0)\n"
    "signal.signal(15, end); print('up', flush=True)\nwhile True: time.sleep(.02)"
)


def command(code, *arguments):
    return (sys.executable, "-IS", "-c", code, *arguments)
