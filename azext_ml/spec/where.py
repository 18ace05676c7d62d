"""The only context that a field gets while a document is walked."""


class Where:
    """Immutable.

    me      the mapping the value stands in ({} at a scalar root)
    root    the outermost mapping of this resource
    parent  the Where of the mapping around `me`, or None
    key     key of the value in `me`
    facts   what is known from outside: scope (ARM id of the workspace), subscription, name, experiment, location …
            An absent fact means that a default made of it does not apply.
    ids     answers of the asset steps by step key; empty before they ran
    base    folder against which relative paths of this value are resolved (str, absolute)
    """

    __slots__ = ("me", "root", "parent", "key", "facts", "ids", "base")

    def __init__(self, me=None, root=None, parent=None, key=None, facts=None, ids=None, base=None):
        self.me = {} if me is None else me
        self.root = self.me if root is None else root
        self.parent = parent
        self.key = key
        self.facts = facts or {}
        self.ids = ids or {}
        self.base = base

    def at(self, key):
        """The same mapping, at `key`."""
        return Where(self.me, self.root, self.parent, key, self.facts, self.ids, self.base)     # spelled out: the hot path

    def inside(self, me):
        """One mapping further in."""
        return Where(me, self.root, self, self.key, self.facts, self.ids, self.base)

    def fresh(self, me, **facts):
        """A resource of its own, nested here: a root again, without the facts that belong to the outer one."""
        kept = {name: self.facts[name] for name in ("scope", "subscription", "group", "workspace") if name in self.facts}
        return Where(me, None, self, None, {**kept, **facts}, self.ids, self.base)

    def but(self, **changes):
        get = changes.get
        return Where(get("me", self.me), get("root", self.root), get("parent", self.parent), get("key", self.key),
                     get("facts", self.facts), get("ids", self.ids), get("base", self.base))
