#!/bin/sh
# install.sh PYTHON VENV LOCK STAMP [STAMP…]: makes VENV when missing, installs LOCK into it, touches the stamps.
set -eu
python=$1 venv=$2 lock=$3
shift 3
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "wirewatch needs Python 3.11 or newer as '$python' (make PYTHON=/path/to/python3.11 …)" >&2
    exit 1
fi
echo "setting up $venv from $lock …"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
touch "$@"
