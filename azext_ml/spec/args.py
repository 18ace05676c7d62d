"""Options of a create command, read off the fields that name one."""

from azext_ml.core.card import Arg
from azext_ml.spec import types
from azext_ml.spec.registry import resolve
from azext_ml.spec.walk import is_spec


def spec_args(kind):
    """card.Arg of every field with `arg=`, in field order; those of nested mappings have a `dest` such as build__path. Of an
    option that several kinds of a union have all choices are offered."""
    return tuple(_args(resolve(kind), "").values())


def _args(kind, prefix):
    found = {}
    if isinstance(kind, types.OneOf):
        for branch in kind.choice.branches():
            for dest, arg in _args(branch, prefix).items():
                known = found.setdefault(dest, arg)
                more = tuple(word for word in arg.choices if word not in known.choices)
                found[dest] = known._replace(choices=known.choices + more) if known.choices and arg.choices else known
    elif isinstance(kind, types.Nested):
        found = _args(resolve(kind.spec), prefix)
    elif is_spec(kind):
        for field in kind.fields():
            dest = prefix + field.key
            if field.arg:
                found[dest] = Arg(dest, tuple(field.arg.split()), field.help, field.type.arg_type,
                                  choices=tuple(field.type.words) if isinstance(field.type, types.Enum) else ())
            elif isinstance(field.type, types.Nested):
                found.update(_args(field.type, dest + "__"))
    return found
