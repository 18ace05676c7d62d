"""Names that jobs get, and what is recorded of the checkout around them."""

import random
import re
import subprocess
from types import SimpleNamespace

import pytest

from azext_ml.nouns.job.commands import naming


def test_made_names_have_the_official_form():
    names = {naming.job_name() for _ in range(200)}
    assert len(names) == 200
    assert all(re.fullmatch(r"[a-z]+_[a-z]+_[bcdfghjklmnpqrstvwxyz0-9]{10}", name) for name in names)
    assert naming.job_name(random.Random(1)) == naming.job_name(random.Random(1))


@pytest.mark.parametrize("folder, name", [
    ("/home/me/train", "train"), ("/home/me/my models", "mymodels"), ("/a/v1.2.3", "v1.2"), ("/a/.hidden", ".hidden"), ("/a/x.", "x"),
    ("/", "Default"), ("/a/ ", "Default"), ("/a/größe", "größe")])
def test_experiments_are_named_by_the_working_directory(folder, name):
    assert naming.experiment(folder) == name


@pytest.fixture
def checkout(tmp_path):
    """A git repository with one commit; git(*words) runs in it."""
    def git(*words):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
        return subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()
    git("init", "-q", "-b", "main")
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-q", "-m", "first")
    git.folder = tmp_path
    return git


def recorded(folder, environ=None):
    warnings = []
    return naming.git_properties(environ or {}, str(folder), warnings.append), warnings


def test_a_checkout_is_recorded(checkout):
    checkout("remote", "add", "origin", "https://example.org/team/repository.git")
    (checkout.folder / "below").mkdir()
    assert recorded(checkout.folder / "below") == ({
        "mlflow.source.git.repoURL": "https://example.org/team/repository.git", "mlflow.source.git.branch": "main",
        "mlflow.source.git.commit": checkout("rev-parse", "HEAD"), "azureml.git.dirty": "False"}, [])


def test_changes_make_it_dirty_and_new_files_do_not(checkout):
    (checkout.folder / "other").write_text("")
    assert recorded(checkout.folder)[0]["azureml.git.dirty"] == "False"
    (checkout.folder / "file").write_text("2")
    assert recorded(checkout.folder)[0]["azureml.git.dirty"] == "True"


def test_without_branch_remote_or_commit_the_rest_is_recorded(checkout, tmp_path_factory):
    checkout("checkout", "-q", "--detach")
    assert recorded(checkout.folder)[0].keys() == {"mlflow.source.git.commit", "azureml.git.dirty"}
    empty = tmp_path_factory.mktemp("empty")
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=empty, check=True)
    assert recorded(empty)[0] == {"mlflow.source.git.branch": "main", "azureml.git.dirty": "False"}


def test_outside_of_a_checkout_nothing_is(tmp_path):
    assert recorded(tmp_path) == ({}, [])


@pytest.mark.parametrize("url", [
    "https://ghp_token@example.org/a/b.git", "https://user:token@example.org/a/b", "http://x-access-token:t@example.org/a", "ssh://git:secret@example.org/a"])
def test_a_token_in_the_remote_keeps_everything_back(checkout, url):
    checkout("remote", "add", "origin", url)
    found, [warning] = recorded(checkout.folder, {"AZUREML_GIT_BUILD_ID": "7"})
    assert found == {"azureml.git.build_id": "7"}
    assert "holds a token" in warning
    assert not {"ghp_token", "secret", "user:token"} & set(re.split(r"[@/ ]", warning))


@pytest.mark.parametrize("url", ["git@example.org:team/a.git", "ssh://git@example.org/team/a.git", "ssh://me@example.org:22/a", "/srv/a.git",
                                 "https://example.org/a@b"])
def test_addresses_without_a_token_are_recorded(checkout, url):
    checkout("remote", "add", "origin", url)
    assert recorded(checkout.folder)[0]["mlflow.source.git.repoURL"] == url


def test_variables_win_and_need_no_checkout(checkout, tmp_path_factory):
    environ = {"AZUREML_GIT_REPOSITORY_URI": "https://example.org/r", "AZUREML_GIT_BRANCH": "b", "AZUREML_GIT_COMMIT": "c", "AZUREML_GIT_DIRTY": "True",
               "AZUREML_GIT_BUILD_ID": "1", "AZUREML_GIT_BUILD_URI": "https://example.org/1"}
    expected = {"mlflow.source.git.repoURL": "https://example.org/r", "mlflow.source.git.branch": "b", "mlflow.source.git.commit": "c",
                "azureml.git.dirty": "True", "azureml.git.build_id": "1", "azureml.git.build_uri": "https://example.org/1"}
    assert recorded(tmp_path_factory.mktemp("none"), environ) == (expected, [])
    assert recorded(checkout.folder, {"AZUREML_GIT_BRANCH": "b"})[0]["mlflow.source.git.branch"] == "b"
    assert recorded(checkout.folder, {**environ, "AZUREML_GIT_REPOSITORY_URI": "https://token@example.org/r"})[0].keys() == {
        "azureml.git.build_id", "azureml.git.build_uri"}


def test_what_the_job_says_itself_is_all_that_is_recorded(checkout, monkeypatch):
    monkeypatch.chdir(checkout.folder)
    ws = SimpleNamespace(terminal=SimpleNamespace(warn=pytest.fail))
    assert naming.recorded({"mlflow.source.git.commit": "mine", "a": "b"}, ws) == {"mlflow.source.git.commit": "mine", "a": "b"}
    assert naming.recorded({"a": "b"}, ws).keys() == {"a", "mlflow.source.git.branch", "mlflow.source.git.commit", "azureml.git.dirty"}
