"""Computes that stand elsewhere and are attached to a workspace."""

from azext_ml.nouns.compute.spec.shared import Compute, Identity
from azext_ml.spec import fields as f


class Attached(Compute):
    """The workspace's region is always sent, whatever the file says, as by the official client."""

    location = f.text("location", "Region; always the workspace's.", send=False, arg="--location -l")
    region = f.constant("location", lambda at: at.facts["location"]())


class WithIdentity(Attached):
    identity = f.nested("identity", "Identity that the compute works under.", Identity, update=True)
