"""`job show-services` and `job connect-ssh`."""

from azext_ml.core.errors import NotFound
from azext_ml.nouns.job.commands.history import history
from azext_ml.nouns.job.commands.show import fetch


def show(ws, noun, name, node_index=0):
    """Services of one node, by name."""
    fetch(ws, noun, name)               # a clear answer when there is no such job
    found = history(ws).get(f"runs/{name}/serviceinstances/{node_index}") or {}
    return found.get("instances") or {}


def connect(ws, noun, name, node_index=0, private_key_file_path=None):
    """Opens the SSH service of a node in the terminal; returns when the connection ends."""
    import shlex
    import subprocess  # rare
    for service in show(ws, noun, name, node_index).values():
        endpoint = (service or {}).get("endpoint") or ""
        if (service or {}).get("type", "").lower() == "ssh" and endpoint.startswith("ssh "):
            words = shlex.split(endpoint)
            key = ["-i", private_key_file_path] if private_key_file_path else []
            subprocess.run([words[0], *key, *words[1:]], check=False)
            return
    raise NotFound(f"Job '{name}' has no SSH service on node {node_index}.",
                   fix="Add a service of `type: ssh` to the job; the local workspace serves none.")
