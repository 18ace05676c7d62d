"""What must exist in the workspace before a resource can be created: asset steps, as data."""

from typing import Any, NamedTuple


class Pending(NamedTuple):
    """Stands in a lowered document for what a step will answer."""

    step: str       # key of the step


class Step(NamedTuple):
    """One upload, look-up or creation.

    key     identity by content; steps with the same key are one step
    kind    names the function that runs it (verbs.lower.RUN)
    value   what that function needs: a dict of plain data; may hold Pending values of earlier steps
    """

    key: str
    kind: str
    value: Any


class Plan:
    """Steps in the order in which they were met, children before what needs them."""

    def __init__(self):
        self.steps = {}

    def add(self, kind, value, key):
        """Adds a step unless one with that key is there; returns the placeholder of its answer."""
        key = f"{kind}:{key}"
        if key not in self.steps:
            self.steps[key] = Step(key, kind, value)
        return Pending(key)
