"""From a value and its type to the types of what stands in it."""

from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.fields import Spec
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import In, Inline, ListOf, Map, Nested, OneOf


def is_spec(kind):
    return isinstance(kind, type) and issubclass(kind, Spec)


def branch(kind, value):
    """Follows choosers and names down to a plain type or a Spec class. None when a chooser finds nothing."""
    while True:
        if isinstance(kind, OneOf):
            try:
                kind = kind.choice.choose(value)
            except Wrong:
                return None
        elif isinstance(kind, Nested):
            kind = resolve(kind.spec)
        elif isinstance(kind, Inline):
            kind = kind.ref if isinstance(value, str) else resolve(kind.spec)
        elif isinstance(kind, In):
            kind = kind.inner
        else:
            return kind


def branch_inline(kind, value):
    """Like `branch`, but stops at an Inline that holds a definition."""
    while isinstance(kind, (OneOf, Nested, In)) or isinstance(kind, Inline) and isinstance(value, str):
        kind = kind.choice.choose(value) if isinstance(kind, OneOf) else resolve(kind.spec) if isinstance(kind, Nested) \
            else kind.inner if isinstance(kind, In) else kind.ref
    return kind


def root_of(spec, value, at):
    """The Where around a mapping: a root of its own, for a resource that is nested in another one."""
    return at.fresh(value, nested=True) if spec.rooted and at.parent is not None and at.root is not value else at


def children(kind, value):
    """(key, type, value) of what stands in a composite value."""
    kind = branch(kind, value)
    if is_spec(kind) and isinstance(value, dict):
        for key, item in value.items():
            field = kind.field(key)
            if field is not None and not field.read_only:
                yield key, field.type, item
    elif isinstance(kind, Map) and isinstance(value, dict):
        for key, item in value.items():
            yield key, kind.values, item
    elif isinstance(kind, ListOf) and isinstance(value, list):
        for index, item in enumerate(value):
            yield index, kind.item, item


def leaves(kind, value, path=()):
    """(path, type, value) of everything in a value that holds nothing further."""
    inner = list(children(kind, value))
    for key, child, item in inner:
        yield from leaves(child, item, path + (key,))
    plain = branch(kind, value)
    if not inner and value is not None and plain is not None and not is_spec(plain) and not isinstance(plain, (Map, ListOf)):
        yield path, plain, value
