"""Fetching the broker's jars, and what a user is told when Java or Maven is not as it should be."""

import threading

import pytest

from wirewatch.errors import DependencyMissingError
from wirewatch.resources import config_file, default_config_dir
from wirewatch.service.broker.jars import KAFKA
from wirewatch.service.jars import prepare_jars
from wirewatch.service.java import find_java, find_maven, java_version


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """`on_path("java", script)`: PATH holds nothing but these commands, and there is no JAVA_HOME."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def put(name, script):
        command = folder / name
        command.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        command.chmod(0o755)
        return str(command)

    return put


VERSIONS = {
    "openjdk 17": ('openjdk version "17.0.15" 2025-04-15', 17),
    "early access": ('openjdk version "26-ea" 2026-03-17', 26),
    "java 8": ('java version "1.8.0_202"', 8),
    "other lines first": ('Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version "21" 2023-09-19', 21),
}


@pytest.mark.parametrize("case", VERSIONS)
def test_java_version(on_path, case):
    text, version = VERSIONS[case]
    assert java_version(on_path("java", f"cat >&2 <<'END'\n{text}\nEND")) == version


def test_the_java_of_java_home_wins(on_path, tmp_path, monkeypatch):
    on_path("java", "echo 'version \"8\"'")
    home = tmp_path / "jdk" / "bin"
    home.mkdir(parents=True)
    (home / "java").write_text("#!/bin/sh\necho 'openjdk version \"21\"'\n")
    (home / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))
    assert find_java() == str(home / "java")


BAD_JAVA = {
    "none": (None, "needs Java 17 or newer and finds none: install a JDK"),
    "too old": ("echo 'openjdk version \"11.0.2\"' >&2", "is 11: install a newer JDK"),
    "no version": ("echo hello", "answers no version: install a JDK"),
    "does not run": ("exit 3", "does not run"),
}


@pytest.mark.parametrize("case", BAD_JAVA)
def test_java_that_does_not_do_is_said_in_one_line_with_ways_out(on_path, case):
    script, message = BAD_JAVA[case]
    if script is not None:
        on_path("java", script)
    with pytest.raises(DependencyMissingError) as refused:
        find_java()
    text = str(refused.value)
    assert message in text
    assert "Docker" in text
    assert "kafka.bootstrap_servers" in text
    assert "\n" not in text


@pytest.mark.usefixtures("on_path")
def test_no_maven():
    with pytest.raises(DependencyMissingError, match=r"Maven \(mvn\) and finds none: install Apache Maven"):
        find_maven()


MAVEN = """
for a in "$@"; do case "$a" in -DoutputDirectory=*) to="${a#-DoutputDirectory=}";; esac; done
echo run >> "$(dirname "$0")/runs"
sleep 0.3
touch "$to/kafka_2.13-4.3.0.jar" "$to/scala-library.jar"
"""


def test_jars_are_fetched_once_whoever_asks(on_path, tmp_path):
    mvn = on_path("mvn", MAVEN)
    told, found = [], []

    def ask():
        found.append(prepare_jars(KAFKA, told.append, cache=tmp_path / "cache"))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ask()
    assert len(set(found)) == 1
    assert sorted(p.name for p in found[0].glob("*.jar")) == ["kafka_2.13-4.3.0.jar", "scala-library.jar"]
    assert told == ["fetching Kafka with Maven (44 MB, once)"]
    assert (tmp_path / "bin" / "runs").read_text() == "run\n"
    assert mvn


DAMAGE = {
    "a jar cut short": lambda folder: (folder / "scala-library.jar").write_bytes(b"ja"),
    "a jar of zeros": lambda folder: (folder / "scala-library.jar").write_bytes(b"\0\0\0"),
    "a jar gone": lambda folder: (folder / "scala-library.jar").unlink(),
    "a jar more": lambda folder: (folder / "evil.jar").write_bytes(b"jar"),
    "no list of them": lambda folder: (folder / "SHA256SUMS").unlink(),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_jars_are_noticed_and_fetched_again(on_path, tmp_path, damage):
    on_path("mvn", MAVEN + '\nprintf jar > "$to/scala-library.jar"\n')
    told = []
    folder = prepare_jars(KAFKA, told.append, cache=tmp_path / "cache")
    (tmp_path / "bin" / "mvn").rename(tmp_path / "mvn")
    assert (
        prepare_jars(KAFKA, told.append, cache=tmp_path / "cache") == folder
    )  # with neither Maven nor network
    damage(folder)
    with pytest.raises(DependencyMissingError, match="with Maven"):
        prepare_jars(KAFKA, told.append, cache=tmp_path / "cache")
    (tmp_path / "mvn").rename(tmp_path / "bin" / "mvn")
    assert prepare_jars(KAFKA, told.append, cache=tmp_path / "cache") == folder
    assert (folder / "scala-library.jar").read_bytes() == b"jar"
    assert not (folder / "evil.jar").exists()
    assert told[1:] == [f"{folder} is damaged: fetching Kafka again with Maven (44 MB, once)"]


def test_another_pom_has_its_own_jars(on_path, tmp_path):
    on_path("mvn", MAVEN)
    config = tmp_path / "config"
    (config / "broker").mkdir(parents=True)
    pom = config_file(default_config_dir(), "broker/pom.xml").read_text()
    (config / "broker" / "pom.xml").write_text(pom.replace("4.3.0", "4.3.1"))
    first = prepare_jars(KAFKA, print, cache=tmp_path / "cache")
    assert prepare_jars(KAFKA, print, cache=tmp_path / "cache", config_dir=config) != first


@pytest.mark.parametrize(
    "script", ["echo '[ERROR] no route to host'; exit 1", "echo '[ERROR] no route to host'"]
)
def test_a_failed_fetch_says_why_and_leaves_nothing_that_looks_whole(on_path, tmp_path, script):
    on_path("mvn", script)
    with pytest.raises(DependencyMissingError, match=r"Maven could not fetch Kafka \(no route to host; "):
        prepare_jars(KAFKA, print, cache=tmp_path)
    on_path("mvn", MAVEN)
    assert any(prepare_jars(KAFKA, print, cache=tmp_path).glob("kafka_*.jar"))


def test_a_fetch_ends_when_told_to(on_path, tmp_path):
    on_path("mvn", "exec sleep 60")
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(DependencyMissingError, match="the fetch of Kafka was interrupted"):
        prepare_jars(KAFKA, print, cache=tmp_path, stop=stop)


def test_a_config_without_a_broker_folder_takes_the_files_that_come_with_wirewatch(tmp_path):
    assert config_file(tmp_path, "broker/pom.xml") == default_config_dir() / "broker" / "pom.xml"
