#!/bin/sh
# Writes the lock files from pyproject.toml: exact versions with hashes, and no index address.
set -eu
cd "$(dirname "$0")/.."
compile() {
    out=$1
    shift
    uv pip compile pyproject.toml --quiet --generate-hashes --python-version 3.11 --no-header \
        --no-emit-index-url --no-annotate "$@" -o "requirements/$out"
}
compile run.txt
compile dev.txt --extra dev --constraint requirements/run.txt
echo uv | uv pip compile - --quiet --generate-hashes --python-version 3.11 --no-header --no-emit-index-url \
    --no-annotate -o requirements/uv.txt
