"""The two ways in which Azure ML names a thing: ARM ids and `azureml:` references."""

import re

PROVIDER = "Microsoft.MachineLearningServices"

_SCOPE = re.compile(
    r"^/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/Microsoft\.MachineLearningServices/"
    r"(?P<parent>workspaces|registries)/(?P<workspace>[^/]+)(?:/(?P<rest>.+))?$", re.I)
_NAME_VERSION = re.compile(r"^(?P<name>[^:@/]+):(?P<version>[^:@/]+)$")
_NAME_LABEL = re.compile(r"^(?P<name>[^:@/]+)@(?P<label>[^:@/]+)$")


class ArmId:
    """`/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W[/collection/name]…`

    Immutable. Compared without case, as the service does. `path` keeps the spelling it was made with.
    """

    __slots__ = ("path", "subscription", "group", "parent", "workspace", "segments")

    def __init__(self, path):
        match = _SCOPE.match(path)
        if not match:
            raise ValueError(f"not an id of a machine learning resource: {path}")
        self.path = path
        self.subscription = match["subscription"]
        self.group = match["group"]
        self.parent = match["parent"]
        self.workspace = match["workspace"]
        self.segments = tuple((match["rest"] or "").split("/")) if match["rest"] else ()

    @classmethod
    def parse(cls, text):
        """The id in `text`, with or without `azureml:` in front, or None when it is none."""
        if isinstance(text, str):
            text = text[len("azureml:"):] if text.startswith("azureml:/s") else text
            if _SCOPE.match(text):
                return cls(text)
        return None

    @property
    def collection(self):
        """`models`, `jobs` … of the innermost resource, or "workspaces"."""
        if not self.segments:
            return self.parent
        return self.segments[-4] if self.is_version else self.segments[-2]

    @property
    def name(self):
        """Name of the resource; for a version that of its container."""
        if not self.segments:
            return self.workspace
        return self.segments[-3] if self.is_version else self.segments[-1]

    @property
    def version(self):
        return self.segments[-1] if self.is_version else None

    @property
    def is_version(self):
        return len(self.segments) >= 4 and self.segments[-2].lower() == "versions"

    @property
    def scope(self):
        """Id of the workspace or registry."""
        return scope(self.subscription, self.group, self.workspace, self.parent)

    def __str__(self):
        return self.path

    def __eq__(self, other):
        return isinstance(other, ArmId) and self.path.lower() == other.path.lower()

    def __hash__(self):
        return hash(self.path.lower())


class Reference:
    """`azureml:name:version`, `azureml:name@label` or `azureml:name`, without any look-up.

    `name`, `version`, `label`: text or None.
    """

    __slots__ = ("name", "version", "label")

    def __init__(self, name, version=None, label=None):
        self.name, self.version, self.label = name, version, label

    @classmethod
    def parse(cls, text):
        """The reference in `text` (the `azureml:` may be missing), or None for paths, URLs and ids."""
        body = text[len("azureml:"):] if text.startswith("azureml:") else text
        if not body or "/" in body:
            return None
        match = _NAME_VERSION.match(body)
        if match:
            return cls(match["name"], version=match["version"])
        match = _NAME_LABEL.match(body)
        if match:
            return cls(match["name"], label=match["label"])
        if ":" in body or "@" in body:
            return None
        return cls(body)

    def __str__(self):
        tail = f":{self.version}" if self.version else f"@{self.label}" if self.label else ""
        return f"azureml:{self.name}{tail}"


def scope(subscription, group, workspace, parent="workspaces"):
    """ARM id of a workspace or registry."""
    return f"{group_scope(subscription, group)}/{parent}/{workspace}"


def group_scope(subscription, group):
    """Below which the workspaces and registries of a resource group stand; those of the subscription when `group` is None."""
    return f"/subscriptions/{subscription}{f'/resourceGroups/{group}' if group else ''}/providers/{PROVIDER}"
