#!/bin/sh
# Writes the lock files: exact versions with hashes, and no index address.
set -eu
cd "$(dirname "$0")/.."
compile() {
    out=$1
    shift
    uv pip compile --quiet --generate-hashes --python-version 3.11 --no-header \
        --no-emit-index-url --no-annotate "$@" -o "requirements/$out"
}
compile run.txt pyproject.toml
compile dev.txt pyproject.toml --extra dev --constraint requirements/run.txt
# The bench compares engines, not versions: the libraries that do the domain's work are the service's own.
grep -E '^(daachorse|google-re2|lark|msgspec|platformdirs|py3langid|rensa)==' requirements/run.txt | sed 's/ .*//' |
    compile bench.txt requirements/bench.in --constraint -
compile eval.txt requirements/eval.in
echo uv | compile uv.txt -
