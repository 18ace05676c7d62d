import os

import pytest

from azext_ml.local.runner import pipconfig


@pytest.fixture
def home(tmp_path):
    (tmp_path / ".config" / "pip").mkdir(parents=True)
    (tmp_path / ".config" / "pip" / "pip.conf").write_text(
        "[global]\nindex-url = https://user:secret@index.example/simple\nfind-links =\n    /wheels\n    https://x/links\n"
        "[install]\nextra-index-url = https://a/simple\n  https://b/simple\n")
    return tmp_path


def for_uv(home, **environ):
    return pipconfig.for_uv({"XDG_CONFIG_DIRS": str(home / "none"), **environ}, home=str(home), prefix=str(home / "prefix"), machine=str(home / "none"))


def test_files_of_pip_are_passed_on(home):
    assert for_uv(home) == {
        "UV_DEFAULT_INDEX": "https://user:secret@index.example/simple", "UV_INDEX": "https://a/simple https://b/simple",
        "UV_FIND_LINKS": "/wheels,https://x/links", "UV_INDEX_STRATEGY": "unsafe-best-match"}


def test_variables_win_over_files_and_what_is_set_for_uv_wins_over_all(home):
    found = for_uv(home, PIP_INDEX_URL="https://c/simple", PIP_CERT="/ca.pem", PIP_PROXY="http://p:1", UV_INDEX="mine", PIP_NO_INDEX="0")
    assert found == {"UV_DEFAULT_INDEX": "https://c/simple", "SSL_CERT_FILE": "/ca.pem", "ALL_PROXY": "http://p:1",
                     "UV_FIND_LINKS": "/wheels,https://x/links"}


def test_pip_config_file(home, tmp_path):
    own = tmp_path / "own.conf"
    own.write_text("[global]\nindex-url = https://own/simple\n")
    assert for_uv(home, PIP_CONFIG_FILE=str(own)) == {"UV_DEFAULT_INDEX": "https://own/simple"}
    assert for_uv(home, PIP_CONFIG_FILE=os.devnull) == {}


def test_the_site_file_wins_over_the_users(home):
    (home / "prefix").mkdir()
    (home / "prefix" / "pip.conf").write_text("[global]\nindex-url = https://site/simple\n")
    assert for_uv(home)["UV_DEFAULT_INDEX"] == "https://site/simple"
