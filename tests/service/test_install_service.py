"""The unit that install-service writes: what systemd itself says of it, and what it refuses."""

import os
import shlex
import shutil
import subprocess

import pytest

from tests.service.support import ROOT, environment, make_site
from wirewatch.service.install_service import next_steps
from wirewatch.service.place import find_place

SANDBOXED = 3.5
"""Of 10: what `systemd-analyze security` calls OK is below 5."""


def analyze(*arguments, **environ):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("the unit is not verified: there is no systemd-analyze on this machine")
    env = {"PATH": os.environ["PATH"], **environ}
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=60, check=False, env=env
    )


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path / '50% of $HOME, "mine"')


def written(site, folder, *options):
    done = site.call("install-service", "--print", *options)
    assert done.returncode == 0, done.stderr
    unit = folder / "wirewatch.service"
    unit.write_text(done.stdout)
    return unit


@pytest.mark.parametrize("options", [("--run-as", "root"), ("--user",)], ids=["machine", "user"])
def test_systemd_finds_nothing_wrong(site, tmp_path, options):
    (site.data / "run").mkdir(parents=True)
    unit = written(site, tmp_path, *options)
    of_user = ["--user"] if options == ("--user",) else []
    done = analyze(
        "verify", "--man=no", *of_user, str(unit), XDG_RUNTIME_DIR=str(tmp_path), HOME=str(tmp_path)
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_systemd_finds_a_mistake(site, tmp_path):
    """The check can fail."""
    unit = written(site, tmp_path, "--run-as", "root")
    unit.write_text(unit.read_text().replace("Type=notify", "Type=notfy"))
    assert "notfy" in analyze("verify", "--man=no", str(unit)).stderr


def test_its_sandbox_is_what_systemd_calls_ok(site, tmp_path):
    unit = written(site, tmp_path, "--run-as", "root")
    done = analyze("security", "--offline=true", f"--threshold={int(SANDBOXED * 10)}", str(unit))
    assert done.returncode == 0, done.stdout[-300:]


def test_a_user_installs_it_for_himself(site, tmp_path):
    env = {**environment(), "XDG_CONFIG_HOME": str(tmp_path / "xdg")}
    done = subprocess.run(
        site.command("install-service", "--user"),
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "xdg" / "systemd" / "user" / "wirewatch.service").read_text()
    assert "User=" not in text
    assert "ProtectSystem" not in text  # a user's manager cannot
    assert "WantedBy=default.target" in text
    assert "systemctl --user enable --now wirewatch" in done.stdout


def test_what_is_left_to_type_fits_this_machine(site):
    (site.config / "secrets").mkdir()
    place = find_place(site.config, site.data, environ={})
    stranger, known = (next_steps(place, run_as=name) for name in ("nobody-has-this-name", "root"))
    assert stranger[0].startswith("useradd")
    assert [line.split()[0] for line in known] == ["mkdir", "chown", "systemctl", "systemctl"]
    assert shlex.split(known[1], comments=True)[3:] == [str(site.data), str(site.config / "secrets")]


def test_it_runs_in_its_users_own_group(site, tmp_path):
    """Named as the user, as one that useradd made has it, it need not be there: nobody's is nogroup."""
    assert "Group=" not in written(site, tmp_path, "--run-as", "nobody").read_text()


def test_the_demo_is_refused(tmp_path):
    site = make_site(tmp_path, demo={"receiver": True})
    done = site.call("install-service", "--print")
    assert done.returncode == 2
    assert "`wirewatch init DIR`" in done.stderr


def test_a_config_that_is_wrong_is_refused(tmp_path):
    site = make_site(tmp_path, routes="receivers: [{name: x}]\n")
    assert site.call("install-service", "--print").returncode == 2
