"""Names that a job gets when its file gives none, and what is noted of the code's origin."""

import os
import random
import re

ADJECTIVES = ("amber", "ample", "azure", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "coral", "crisp", "eager",
              "fair", "fleet", "fresh", "gentle", "golden", "good", "green", "happy", "honest", "jolly", "keen", "kind", "lively",
              "lucid", "lunar", "mellow", "mild", "neat", "nimble", "noble", "olive", "plain", "polite", "proud", "quick", "quiet",
              "rapid", "ready", "round", "royal", "sharp", "silver", "smart", "solid", "steady", "sunny", "swift", "tidy", "vivid",
              "warm", "wise", "witty", "young")
NOUNS = ("acorn", "apple", "arrow", "badge", "basil", "beach", "berry", "bird", "bridge", "brook", "cedar", "cherry", "cloud",
         "clover", "comet", "crane", "dune", "eagle", "ember", "falcon", "fern", "field", "finch", "flute", "forest", "garden",
         "grape", "harbor", "heron", "hill", "island", "ivy", "kettle", "lake", "lamp", "leaf", "lemon", "maple", "meadow", "mint",
         "moon", "oak", "ocean", "olive", "pear", "pine", "plum", "pond", "rain", "reed", "river", "robin", "sail", "stone", "sun",
         "tree", "valley", "willow")
LETTERS = "bcdfghjklmnpqrstvwxyz0123456789"


def job_name(chance=None):
    """`adjective_noun_` and ten letters and digits, the official form. 31^10 names for each pair: collisions do not happen."""
    chance = chance or random.SystemRandom()
    return f"{chance.choice(ADJECTIVES)}_{chance.choice(NOUNS)}_{''.join(chance.choice(LETTERS) for _ in range(10))}"


def experiment(folder):
    """Name of the working directory without spaces and without what follows its last dot; `Default` for the root."""
    name = os.path.basename(folder).replace(" ", "")
    return name.rpartition(".")[0] or name or "Default" if "." in name else name or "Default"


def git_properties(environ, folder=None):
    """What the service records of the git checkout that the job was submitted from: {} outside of one.

    Variables AZUREML_GIT_* win over what git says. A remote URL that holds a token is left out with everything beside it.
    """
    found = {"mlflow.source.git.repoURL": _clean(environ.get("AZUREML_GIT_REPOSITORY_URI")),
             "mlflow.source.git.branch": environ.get("AZUREML_GIT_BRANCH"),
             "mlflow.source.git.commit": environ.get("AZUREML_GIT_COMMIT"),
             "azureml.git.dirty": environ.get("AZUREML_GIT_DIRTY")}
    if not all(found.values()) and _inside_checkout(folder or os.getcwd()):
        for key, words in (("mlflow.source.git.repoURL", ("config", "--get", "remote.origin.url")),
                           ("mlflow.source.git.branch", ("symbolic-ref", "--short", "-q", "HEAD")),
                           ("mlflow.source.git.commit", ("rev-parse", "HEAD"))):
            found[key] = found[key] or _git(words, folder)
        if found["mlflow.source.git.commit"] and not found["azureml.git.dirty"]:
            found["azureml.git.dirty"] = str(bool(_git(("status", "--porcelain", "--untracked-files=no", "."), folder)))
        url = found["mlflow.source.git.repoURL"]
        if url and _secret(url):
            found = {}
        elif url:
            found["mlflow.source.git.repoURL"] = _clean(url)
    for key, variable in (("azureml.git.build_id", "AZUREML_GIT_BUILD_ID"), ("azureml.git.build_uri", "AZUREML_GIT_BUILD_URI")):
        found[key] = environ.get(variable)
    return {key: value for key, value in found.items() if value}


def _secret(url):
    """A URL whose user part holds a password or token: https://user:secret@host or https://token@host."""
    return re.match(r"^[a-z+]+://[^/@]+@", url) is not None and not re.match(r"^ssh://git@", url)


def _clean(url):
    return None if url and _secret(url) else url


def _inside_checkout(folder):
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return False


def _git(words, folder):
    import subprocess  # only inside a checkout
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, timeout=5, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
