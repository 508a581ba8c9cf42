"""Where the files that come with wirewatch are found."""

import pytest

from wirewatch import resources
from wirewatch.errors import WirewatchError


def test_in_a_checkout_the_config_beside_the_package():
    assert (resources.default_config_dir() / "broker" / "pom.xml").is_file()
    assert resources.default_config_dir().name == "config"


def test_installed_the_package_data_even_beside_a_folder_of_that_name(tmp_path, monkeypatch):
    for name in ("config", "wirewatch/_config", "wirewatch/_seeds"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "wirewatch")
    assert resources.default_config_dir() == tmp_path / "wirewatch" / "_config"
    assert resources.default_seeds_dir() == tmp_path / "wirewatch" / "_seeds"


def test_a_broken_installation_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "wirewatch")
    with pytest.raises(WirewatchError, match="install it again"):
        resources.default_config_dir()
