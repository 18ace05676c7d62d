"""Types that hold others. They are data only: spec.walk goes through them."""

from azext_ml.spec.types.scalars import Type


class Map(Type):
    """A mapping with the user's own keys. `keys`: a Type that checks them. `nullable`: values may be missing; "dropped": such
    keys are not sent."""

    arg_type = "pairs"
    wants = "a mapping"

    def __init__(self, values, keys=None, nullable=False):
        self.values, self.keys, self.nullable = values, keys, nullable


class ListOf(Type):
    arg_type = "list"
    wants = "a list"

    def __init__(self, item):
        self.item = item


class Nested(Type):
    """Another spec: a Spec class, or the name of a kind in spec.registry."""

    arg_type = "text"
    wants = "a mapping"

    def __init__(self, spec):
        self.spec = spec


class Overlay(Nested):
    """A mapping that may name a file under `key`: then it is that file's content, with its own other keys laid over it."""

    def __init__(self, spec, key):
        super().__init__(spec)
        self.key = key


class In(Type):
    """A value that is spelled in a dialect of its own, whatever stands around it."""

    def __init__(self, dialect, inner):
        self.dialect, self.inner = dialect, inner
        self.wants = inner.wants


class Inline(Type):
    """An asset that may be written in place: text is a reference (`ref`), a mapping is created first, anonymously.

    kind    of the asset step that creates it
    spec    kind in spec.registry of what may be written in place (default: `kind`)
    paths   a plain local path stands for the file's content too, without `file:`
    """

    def __init__(self, kind, ref, spec=None, paths=False):
        self.kind, self.ref, self.spec, self.paths = kind, ref, spec or kind, paths
        self.wants = f"{ref.wants}, or the definition of {'an' if kind[0] in 'aeiou' else 'a'} {kind}"


class OneOf(Type):
    """Several shapes, told apart by one total chooser; see spec.choices."""

    def __init__(self, choice):
        self.choice = choice
        self.wants = choice.wants
