"""The three spellings in which a field goes over the wire, as data.

`arm` is the body of a resource; `component` the componentSpec of a component; `node` an entry of a pipeline's `jobs`.
A walker asks its dialect and nothing else, so a derived one (`component.but(ref="id")`) is as good as a named one.
Source: recorded requests of the official client.
"""

from typing import NamedTuple

ABSENT = object()   # the field does not exist in that dialect


class Dialect(NamedTuple):
    """
    name    key under which a field states an exception to the rules below
    path    `arm`: the path on the field's line; `own`: the YAML key
    tag     discriminator key: `same` as on the line (jobInputType), `snake` (job_input_type) or `type`
    enum    `wire` (ReadOnlyMount) or `yaml` (ro_mount) spelling
    units   durations as `iso` (PT1M30S) or as in `yaml` (seconds)
    literal inputs that are values: `tagged` ({jobInputType: literal, value: "1"}) or `bare`
    ref     references to resources: `id` or `azureml:id`
    empty   what happens to empty mappings and lists: `keep` or `drop`
    bindable  an expression of the pipeline may stand in place of any value
    """

    name: str
    path: str
    tag: str
    enum: str
    units: str
    literal: str
    ref: str
    empty: str
    bindable: bool = False

    def but(self, **changes):
        return self._replace(**changes)


arm = Dialect("arm", "arm", "same", "wire", "iso", "tagged", "id", "keep")
component = Dialect("component", "own", "type", "yaml", "yaml", "bare", "azureml:id", "drop")
node = Dialect("node", "own", "snake", "wire", "iso", "tagged", "id", "drop", True)
yaml = Dialect("yaml", "own", "type", "yaml", "yaml", "bare", "id", "keep")         # as a YAML is written
automl = yaml.but(name="automl", ref="azureml:id", bindable=True)                   # a node that is spelled so


def snake(key):
    """jobInputType -> job_input_type"""
    return "".join("_" + c.lower() if c.isupper() else c for c in key).lstrip("_")


def camel(key):
    """display_name -> displayName"""
    head, *rest = key.split("_")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


def pascal(word):
    """system_assigned -> SystemAssigned"""
    return "".join(part[:1].upper() + part[1:] for part in word.split("_"))


def tag_key(path, dialect):
    """Where a discriminator whose arm path is `path` stands in `dialect`."""
    head, _, key = path.rpartition(".")
    key = {"same": key, "snake": snake(key), "type": "type"}[dialect.tag]
    return f"{head}.{key}" if head and dialect.path == "arm" else key


def look(wire, path):
    """The value at a dotted path, or None. "" is the mapping itself."""
    for part in path.split(".") if path else ():
        wire = wire.get(part) if isinstance(wire, dict) else None
    return wire
