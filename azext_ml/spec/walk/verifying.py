"""The part of stage 2 that needs the surroundings: files that must exist, keys that depend on each other."""

from azext_ml.spec.types import ListOf, Map
from azext_ml.spec.walk.tree import branch, children, is_spec


def verify(kind, value, at, document, faulty=frozenset(), path=()):
    """Yields (path, Fault). `value` is checked data; `document` tells the folder of each path.

    faulty: paths of the faults found so far. What was found by looking at a faulty key is not believed, nor by missing one in a
    mapping with unknown keys: that may be the one that was misspelt. A check that is `tolerant` is believed all the same.
    """
    kind = branch(kind, value)
    if kind is None or value is None:
        return
    here = at.but(base=document.base(path))
    if is_spec(kind):
        watched = Watched(value, kind, path, faulty)
        inside = here.inside(watched)
        for check in kind.checks:
            watched.looked_at.clear()
            for where, fault in check(watched, inside):
                if watched.trusted() or getattr(check, "tolerant", False):
                    yield path + tuple(where), fault
        for key, child, item in children(kind, value):
            watched.looked_at.clear()
            for where, fault in verify(child, item, inside.at(key), document, faulty, path + (key,)):
                if watched.trusted():
                    yield where, fault
    elif isinstance(kind, (Map, ListOf)):
        for key, child, item in children(kind, value):
            yield from verify(child, item, here.at(key), document, faulty, path + (key,))
    else:
        for fault in kind.verify(value, here):
            yield path, fault


class Watched(dict):
    """A mapping that notes which of its keys are looked at."""

    def __init__(self, value, spec, path, faulty):
        super().__init__(value)
        self.looked_at = set()
        depth = len(path)
        within = [place[depth:] for place in faulty if place[:depth] == path]
        self.faulty = {place[0] for place in within if place}
        self.incomplete = () in within or any(spec.field(key) is None for key in self.faulty)

    def trusted(self):
        """Whether nothing that was looked at is in doubt."""
        guessed = self.incomplete and any(not dict.__contains__(self, key) for key in self.looked_at)
        return not self.looked_at & self.faulty and not guessed

    def get(self, key, default=None):
        self.looked_at.add(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.looked_at.add(key)
        return super().__getitem__(key)

    def __contains__(self, key):
        self.looked_at.add(key)
        return super().__contains__(key)
