"""Types that name something in the workspace."""

import os

from azext_ml.core.ids import ArmId, Reference
from azext_ml.spec.diagnostics import Wrong, nearest
from azext_ml.spec.plan import Pending
from azext_ml.spec.types.scalars import Type, shown


class Ref(Type):
    """A reference to something in the workspace: `azureml:name:version`, an ARM id, a registry id.

    collection  ARM collection (`environments`)
    versioned   assets, or resources such as computes
    show        printed as `short` (azureml:n:v), `long` (azureml:<id>) or `bare` (<id>). In a resource nested in another
                `short` is `long`; `name` is short there too
    plain       names without `azureml:` are taken too (`compute: gpu`);  keep: words that are no names at all (`local`)
    """

    def __init__(self, collection, versioned=True, show="short", plain=False, keep=()):
        self.collection, self.versioned, self.show, self.plain, self.keep = collection, versioned, show, plain, keep
        what = collection.rstrip("s")
        self.wants = f"a reference such as azureml:{what}:1" if versioned else f"the name of a {what}"

    def check(self, value):
        if not isinstance(value, str):
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        if value in self.keep or has_expression(value) or value.startswith("azureml://") or is_id(value):
            return value
        found = Reference.parse(value)
        if not value.startswith("azureml:") and not self.plain:
            raise Wrong(f"{shown(value)} is not a reference", self.meant(value))
        if found is None:
            raise Wrong(f"{shown(value)} is not a reference", f"give {self.wants}")
        if not self.versioned and (found.version or found.label):
            raise Wrong(f"{shown(value)} names a version, and a {self.collection.rstrip('s')} has none",
                        f"did you mean '{found.name}'?")
        if self.versioned and not (found.version or found.label) and not found.name.startswith("AzureML-"):
            raise Wrong(f"{shown(value)} names no version", f"add one, as in '{value}:1' or '{value}@latest'")
        return value

    def meant(self, value):
        """What to do about a text that lacks `azureml:`."""
        head, _, tail = value.partition(":")
        if Reference.parse(value) and not os.path.exists(value):
            return f"did you mean 'azureml:{value}'?"
        return f"did you mean 'azureml:{tail}'?" if nearest(head, ["azureml"]) and Reference.parse(tail) else f"give {self.wants}"

    def lower(self, value, at, plan):
        found = Reference.parse(value) if self.versioned else None
        if found and found.label and not _curated(found, self.collection):
            return plan.add("latest", {"collection": self.collection, "name": found.name, "label": found.label},
                            f"{self.collection}/{found.name}@{found.label}")
        return value

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            value = at.ids[value.step]["id"]
        elif value in self.keep or has_expression(value):
            return value
        else:
            value = self.expanded(value, at.facts["scope"])
        return f"azureml:{value}" if dialect.ref == "azureml:id" and value.startswith("/") else value

    def expanded(self, value, scope):
        if is_id(value):
            return value.removeprefix("azureml:")
        reference = Reference.parse(value)
        if reference is None or _curated(reference, self.collection):
            return value
        base = f"{scope}/{self.collection}/{reference.name}"
        return f"{base}/versions/{reference.version}" if self.versioned else base

    def dec(self, wire, dialect, at):
        if not isinstance(wire, str) or wire in self.keep or has_expression(wire):
            return wire
        found = ArmId.parse(wire)
        if self.show == "bare":
            return found.path if found else wire
        short = self.show == "name" or self.show == "short" and not at.facts.get("nested")
        if found and short and found.scope.lower() == at.facts.get("scope", found.scope).lower():
            return f"azureml:{found.name}:{found.version}" if found.version else f"azureml:{found.name}"
        return wire if wire.startswith("azureml:") else f"azureml:{wire}"


def is_reference(value):
    """Whether the `path` of an input names an asset: an id, or `name:version` and `name@label` with or without `azureml:`. (The
    official client takes every relative path with a `:` or `@` for one.)"""
    if not isinstance(value, str) or is_url(value) or has_expression(value) or "\\" in value:
        return False
    if value.startswith("azureml:") or is_id(value):
        return True
    found = Reference.parse(value)
    return found is not None and bool(found.version or found.label)


def is_url(value):
    """Whether a text begins as `scheme://` does."""
    scheme, sign, _ = value.partition("://")
    return bool(sign) and scheme[:1].isalpha() and scheme.isascii() and all(c.isalnum() or c in "+.-" for c in scheme)


def is_id(value):
    """Whether a text is an ARM id, with or without `azureml:` in front."""
    return value.lower().startswith(("/subscriptions/", "azureml:/subscriptions/"))


def is_binding(value):
    """Whether a text is one expression of the pipeline, `${{parent.…}}`, and nothing else."""
    value = value.strip()
    return value.startswith("${{") and value.endswith("}}") and value[3:].lstrip().startswith("parent.") and "}" not in value[:-2]


def has_expression(value):
    """Whether a text holds a `${{…}}`, which the service fills in."""
    start = value.find("${{")
    return start >= 0 and value.find("}}", start) > 0


def _curated(reference, collection):
    """Environments of the service itself keep their reference; the service resolves it."""
    return collection == "environments" and reference.name.startswith("AzureML-")
