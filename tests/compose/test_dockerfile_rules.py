"""What hadolint would say of the Dockerfile: its rules that matter here, each shown to find its fault."""

import re

import pytest

from tests.compose.test_image import DOCKERFILE, instructions

KNOWN = re.compile(
    "ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|"
    "LABEL|MAINTAINER|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR"
)
SECRET = r"(?i)(password|secret|token)\w*="


def faults(text):
    """Return the codes of hadolint's rules (its wiki explains each) that `text` breaks."""
    found = list(instructions(text))
    runs = [rest for word, rest in found if word == "RUN"]
    steps = [step.strip() for run in runs for step in run.split("&&")]
    bases = [rest for word, rest in found if word == "FROM"]
    stages = {base.split()[-1] for base in bases if " AS " in base}
    rules = {
        "DL3000": [r for w, r in found if w == "WORKDIR" and not r.startswith("/")],
        "DL3002": ["no USER"] if last_user(found) in {"", "root", "0"} else [],
        "DL3003": [run for run in runs if re.search(r"(^|&& )cd ", run)],
        "DL3004": [run for run in runs if re.search(r"\bsudo\b", run)],
        "DL3007": [base for base in bases if base.split()[0] not in stages and unpinned(base.split()[0])],
        "DL3013": [step for step in steps if "pip install" in step and not pinned_install(step)],
        "DL3015": [run for run in runs if "apt-get install" in run and "--no-install-recommends" not in run],
        "DL3020": [r for w, r in found if w == "ADD"],
        "DL3021": [r for w, r in found if w == "COPY" and len(r.split()) > 2 and not copies_into_folder(r)],
        "DL3025": [r for w, r in found if w in {"CMD", "ENTRYPOINT"} and not r.startswith("[")],
        "DL4000": [r for w, r in found if w == "MAINTAINER"],
        "DL4006": [run for run in runs if re.search(r"[^|]\|[^|]", run) and "pipefail" not in text],
        "DL3061": [w for w, _ in found if not KNOWN.fullmatch(w)],
        "SECRET": [r for w, r in found if w in {"ENV", "ARG"} and re.search(SECRET, r)],
    }
    return {rule for rule, broken in rules.items() if broken}


def last_user(found):
    users = [rest.partition(":")[0] for word, rest in found if word == "USER"]
    return users[-1] if users else ""


def unpinned(image):
    return not re.search(r":[\w.-]*\d+\.\d+[\w.-]*$", image)


def pinned_install(step):
    return "--require-hashes" in step or step.endswith("--no-deps --no-build-isolation .")


def copies_into_folder(rest):
    words = [word for word in rest.split() if not word.startswith("--")]
    return len(words) == 2 or words[-1].endswith("/")


def test_the_dockerfile_breaks_none():
    assert faults(DOCKERFILE) == set()


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("DL3000", "WORKDIR /src", "WORKDIR src"),
        ("DL3002", "USER 10001:10001", "USER root"),
        ("DL3003", "RUN python -m venv", "RUN cd /tmp && python -m venv"),
        ("DL3004", "RUN groupadd", "RUN sudo groupadd"),
        ("DL3007", "FROM python:3.11.14-bookworm AS", "FROM python:latest AS"),
        ("DL3013", "--require-hashes -r requirements/uv.txt", "uv"),
        ("DL3015", "RUN groupadd", "RUN apt-get install -y git && groupadd"),
        ("DL3020", "COPY config config", "ADD config config"),
        ("DL3021", "requirements/uv.txt requirements/", "requirements/uv.txt requirements"),
        ("DL3025", 'CMD ["--help"]', "CMD --help"),
        ("DL4000", "STOPSIGNAL", "MAINTAINER somebody\nSTOPSIGNAL"),
        ("DL4006", "RUN groupadd", "RUN cat /etc/passwd | sort && groupadd"),
        ("DL3061", "STOPSIGNAL SIGTERM", "STOPSIGNL SIGTERM"),
        ("SECRET", "ENV PATH=", "ENV API_TOKEN=abc PATH="),
    ],
)
def test_each_rule_finds_its_fault(rule, old, new):
    assert old in DOCKERFILE
    assert rule in faults(DOCKERFILE.replace(old, new, 1))
