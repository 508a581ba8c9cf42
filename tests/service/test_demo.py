"""The demo's receiver on a port of one's own."""

import pytest
import yaml

from tests.service.support import make_site
from wirewatch.errors import ConfigError
from wirewatch.service.config_check import check_config
from wirewatch.service.demo import unheard
from wirewatch.service.place import find_place


def webhook(port):
    url = {"url": f"http://127.0.0.1:{port}/", "secret_env": "SECRET", "allow_private": True}
    return yaml.safe_dump({"receivers": [{"name": "demo", "webhook": url}]})


@pytest.mark.parametrize(
    ("port", "routes", "demo", "told"),
    [
        pytest.param(9410, webhook(9999), True, False, id="the default, and routes of one's own"),
        pytest.param(9500, webhook(9500), True, False, id="moved in both files"),
        pytest.param(9500, webhook(9410), True, True, id="moved in one"),
        pytest.param(9500, "receivers: []", True, True, id="nobody posts there"),
        pytest.param(9500, webhook(9410), False, False, id="no demo"),
    ],
)
def test_a_receiver_that_nobody_posts_to_is_told_of(tmp_path, monkeypatch, port, routes, demo, told):
    monkeypatch.setenv("SECRET", "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
    site = make_site(tmp_path, routes=routes, demo={"receiver": demo}, ports={"receiver": port})
    place = find_place(site.config, site.data, environ={})
    hint = unheard(place)
    assert (hint is not None) == told
    if told:
        assert hint.fix == f"give one the url http://127.0.0.1:{port}/"
        assert (hint.what, hint.fix) in [
            (warning.what, warning.fix) for warning in check_config(place).warnings
        ]


def test_broken_routes_are_an_error(tmp_path):
    site = make_site(tmp_path, routes="nonsense: 1", demo={"receiver": True}, ports={"receiver": 9500})
    with pytest.raises(ConfigError):
        unheard(find_place(site.config, site.data, environ={}))
