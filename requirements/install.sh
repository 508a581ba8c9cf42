#!/bin/sh
# install.sh PYTHON VENV LOCK STAMP [STAMP…]: makes VENV when missing, installs LOCK and this checkout into it,
# touches the stamps. uv installs in seconds what takes pip minutes; pip does it where uv finds no way out.
set -eu
python=$1 venv=$2 lock=$3
shift 3
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
    echo "wirewatch needs Python 3.11 to 3.14 as '$python' (make PYTHON=/path/to/python3.11 …)" >&2
    exit 1
fi
if [ ! -x "$venv/bin/python" ]; then
    echo "making the virtual environment $venv …"
    "$python" -m venv "$venv"
fi
echo "installing the $(grep -c == "$lock") packages of $lock (minutes the first time, then from the cache) …"
pip() { "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"; }
pip install --no-deps --require-hashes -r requirements/uv.txt
# On a terminal uv shows how far it is; elsewhere it would only fill the log.
uv() { if [ -t 2 ]; then "$venv/bin/uv" "$@"; else "$venv/bin/uv" --quiet "$@"; fi; }
if ! uv pip install --python "$venv/bin/python" --no-deps --require-hashes -r "$lock"; then
    echo "uv could not fetch the packages; trying pip …"
    pip install --no-deps --require-hashes -r "$lock"
fi
if grep -q '^apache-beam==' "$lock"; then
    rm -rf wirewatch/tagging/compiled_*/  # of other sources, or damaged
    # Editable, so that `$venv/bin/wirewatch` is this checkout; setuptools is in the lock, nothing is fetched.
    pip install --no-deps --no-build-isolation --editable .
fi
touch "$@"
if grep -q '^apache-beam==' "$lock" && "$venv/bin/wirewatch" --version | grep -q 'tagging: Python'; then
    echo "no C compiler, or no headers of Python: tagging takes nearly twice as long (gcc, python3-dev; then make -B setup)"
fi
echo "$venv is ready"
