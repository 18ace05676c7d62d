"""Names that a job gets when its file gives none, and what is noted of the code's origin."""

import os
import random

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
    return os.path.splitext(os.path.basename(folder))[0].replace(" ", "") or "Default"


GIT_KEYS = {"mlflow.source.git.repoURL": "REPOSITORY_URI", "mlflow.source.git.branch": "BRANCH",
            "mlflow.source.git.commit": "COMMIT", "azureml.git.dirty": "DIRTY"}
BUILD_KEYS = {"azureml.git.build_id": "BUILD_ID", "azureml.git.build_uri": "BUILD_URI"}


def recorded(properties, ws):
    """A job's properties with those of the checkout around the working directory, unless one of these is among them."""
    if GIT_KEYS.keys() & properties.keys():
        return properties
    return {**git_properties(os.environ, os.getcwd(), ws.terminal.warn), **properties}


def git_properties(environ, folder, warn):
    """What the service records of the git checkout that a job is submitted from: {} outside of one.

    Variables AZUREML_GIT_* win over what git says. When the address of the remote holds a token nothing of the checkout is
    recorded, and `warn` is told.
    """
    found = {key: environ.get(f"AZUREML_GIT_{name}") for key, name in GIT_KEYS.items()}
    if not all(found.values()) and _inside_checkout(folder):
        found = {key: value or _asked(key, folder) for key, value in found.items()}
    if _holds_secret(found["mlflow.source.git.repoURL"] or ""):
        warn("The address of the git remote holds a token: nothing of this checkout is recorded with the job. "
             "`git remote set-url` takes the token out.")
        found = {}
    found.update((key, environ.get(f"AZUREML_GIT_{name}")) for key, name in BUILD_KEYS.items())
    return {key: value for key, value in found.items() if value}


def _asked(key, folder):
    """What git itself says of one of the GIT_KEYS, None where it says nothing."""
    if key == "azureml.git.dirty":
        changes = _git(folder, "status", "--porcelain", "--untracked-files=no", ".")
        return None if changes is None else str(bool(changes))
    words = {"mlflow.source.git.repoURL": ("config", "--get", "remote.origin.url"),
             "mlflow.source.git.branch": ("symbolic-ref", "--short", "-q", "HEAD"),
             "mlflow.source.git.commit": ("rev-parse", "-q", "--verify", "HEAD")}
    return _git(folder, *words[key])


def _holds_secret(url):
    """Whether the user part of an address may hold a token: https://token@host, https://user:token@host. git@host and ssh://git@host
    are how everybody writes it."""
    scheme, sign, rest = url.partition("://")
    user, at, _ = rest.partition("/")[0].rpartition("@")
    return bool(sign and at and not (scheme == "ssh" and ":" not in user))


def _inside_checkout(folder):
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return True
        folder, last = os.path.dirname(folder), folder
        if folder == last:
            return False


def _git(folder, *words):
    import subprocess  # only inside a checkout
    command = ["git", "-c", "core.fsmonitor=false", *words]         # a checkout's own settings must not start programs
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=5, stdin=subprocess.DEVNULL)
    except (OSError, UnicodeDecodeError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
