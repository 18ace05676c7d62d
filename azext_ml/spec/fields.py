"""How a spec is declared: one line per field.

    class Model(Spec):
        name = f.text("name", "Name of the model.", required=True, send=False, arg="--name -n")
        type = f.enum("properties.modelType", "Storage format.", TYPES, default="custom_model", arg="--type -t")

The first argument is the path in the `arm` dialect (None: the key in camel case), the second the help text.  Everything else
is optional:

    required      the key must be there
    default       value, or function of a Where, that acts as if it had been written: in every dialect
    sent          {dialect name: value or function of a Where}: put on the wire when nothing was written, kept even if empty
    shown         printed when the wire holds nothing (value or function)
    show          False: never printed; text: printed under that name;  "**": spread into the printed mapping
    show_empty    in place of what the spec says of empty mappings and lists
    send          False: never sent (names, ids)
    read_only     accepted in a file and dropped
    component=, node=, automl=   exceptions of those dialects: ABSENT, a path, a Type, or (path, Type)
    update        `update` may change it
    arg           options on the command line
    alias         other keys that are taken for this one

`f.constant(path, value)` is sent and has no YAML key.
"""

from typing import Any, Callable, Dict, Optional, Tuple

from azext_ml.spec import types
from azext_ml.spec.dialects import ABSENT, camel, tag_key

NOTHING = object()


class Field:
    """One field of a spec. See the module for the meaning of the attributes."""

    def __init__(self, type, path=None, help="", *, key=None, required=False, default=None, sent=None, const=NOTHING,
                 shown=None, show=True, show_empty=None, send=True, read_only=False, component=NOTHING, node=NOTHING,
                 automl=NOTHING, update=False, arg=None, preview=False, tag=False, alias=()):
        self.type, self.path, self.help, self.key = type, path, help, key
        self.required, self.default, self.sent, self.const = required, default, sent or {}, const
        self.shown, self.show, self.show_empty = shown, show, show_empty
        self.send, self.read_only = send and not read_only, read_only
        self.exceptions = {name: value for name, value in (("component", component), ("node", node), ("automl", automl))
                           if value is not NOTHING}
        self.update, self.arg, self.preview, self.tag, self.alias = update, arg, preview, tag, alias

    @property
    def constant(self):
        """Whether it is always sent, and no key of the YAML."""
        return self.const is not NOTHING

    def __set_name__(self, owner, name):
        if self.key is None:
            self.key = name.rstrip("_")
        if self.path is None:
            self.path = camel(self.key)

    def below(self, prefix):
        """The same field with its arm path below `prefix`."""
        import copy  # at declaration only
        moved = copy.copy(self)
        moved.path = f"{prefix}.{self.path}" if self.path else prefix
        return moved

    def place(self, dialect):
        """Path of the field in `dialect`, or ABSENT. "" is the mapping itself."""
        stated = self.exceptions.get(dialect.name, NOTHING)
        if stated is ABSENT:
            return ABSENT
        if isinstance(stated, tuple):
            stated = stated[0]
        if isinstance(stated, str):
            return stated
        if self.tag:
            return tag_key(self.path, dialect)
        return self.path if dialect.path == "arm" or self.path == "" or self.constant else self.key

    def type_in(self, dialect):
        stated = self.exceptions.get(dialect.name)
        if isinstance(stated, tuple):
            stated = stated[1]
        return stated if isinstance(stated, types.Type) else self.type

    def __repr__(self):
        return f"<field {self.key}>"


Checks = Tuple[Callable[..., Any], ...]


class Spec:
    """Base of all specs. A subclass inherits its bases' fields, first; a name set to None removes one.

    `class CommandJob(Job, shapes=[Command], under="properties")` takes over the fields of Command, with their arm paths below
    `properties`.

    show_empty      empty mappings and lists are printed
    keep_unknown    unknown keys stay in the data instead of being refused;  show_unknown: they are printed too
    drop_unknown    unknown keys are left out without a word
    checks          functions (value, Where) -> (path, Fault) pairs, for what one field alone cannot tell
    component, node   kinds of the two that a node written in place becomes; see spec.split
    copies          keys that a node takes over from the component that is loaded with it
    placed          function (value, file) -> value: what the place of the file, in which it stands, adds to it
    rooted          a resource: what stands in it is walked as from a root of its own, also where it is nested in another resource
    """

    show_empty = True
    keep_unknown = False
    drop_unknown = False
    show_unknown = True
    checks: Checks = ()
    component: Optional[str] = None
    node: Optional[str] = None
    copies: Tuple[str, ...] = ()
    placed: Optional[Callable[..., Any]] = None
    rooted = False
    _fields: Dict[str, Field] = {}
    _aliases: Dict[str, Field] = {}

    def __init_subclass__(cls, shapes=(), under="", **kwargs):
        super().__init_subclass__(**kwargs)
        found = {}
        for base in reversed(cls.__bases__):
            found.update(getattr(base, "_fields", {}))
        for shape in shapes:
            found.update({key: field.below(under) if under else field for key, field in shape._fields.items()})
        for name, value in list(vars(cls).items()):
            if isinstance(value, Field):
                found[f"={name}" if value.constant else value.key] = value      # in the place of the one that it replaces
            elif value is None:
                found.pop(name.rstrip("_"), None)
                found.pop(f"={name}", None)
        cls._fields = found
        cls._aliases = {other: field for field in found.values() for other in field.alias}

    @classmethod
    def fields(cls):
        """Its fields in order."""
        return tuple(cls._fields.values())

    @classmethod
    def field(cls, key):
        """The field of a YAML key or alias, or None."""
        field = cls._fields.get(key) or cls._aliases.get(key)
        return None if field is None or field.constant else field

    @classmethod
    def known_keys(cls):
        """The YAML keys that a file may hold, without those that are read only."""
        return [key for key, field in cls._fields.items() if not (field.constant or field.read_only or key.startswith("\0"))]


# ---- one function per kind of field: f.text(...), f.number(...) ------------------------------------------------------

def text(path=None, help="", pattern=None, says=None, **kw):
    return Field(types.Text(pattern, says), path, help, **kw)


def number(path=None, help="", low=None, high=None, whole=True, **kw):
    return Field(types.Number(whole, low, high), path, help, **kw)


def flag(path=None, help="", **kw):
    return Field(types.Flag(), path, help, **kw)


def enum(path=None, help="", words=(), case="lower", **kw):
    return Field(types.Enum(words, case), path, help, **kw)


def duration(path=None, help="", **kw):
    return Field(types.Duration(), path, help, **kw)


def anything(path=None, help="", **kw):
    return Field(types.Anything(), path, help, **kw)


def mapping(path=None, help="", values=None, nullable=False, **kw):
    return Field(types.Map(values or types.Text(), nullable=nullable), path, help, **kw)


def listing(path=None, help="", item=None, **kw):
    return Field(types.ListOf(item or types.Text()), path, help, **kw)


def nested(path=None, help="", spec=None, **kw):
    return Field(types.Nested(spec), path, help, **kw)


def variants(path=None, help="", choice=None, **kw):
    return Field(types.OneOf(choice), path, help, **kw)


def constant(path, value, **kw):
    """What is always sent and never printed. `value`: a value or a function of a Where; NOTHING sends nothing after all."""
    return Field(types.Anything(), path, const=value, **kw)


def of(type, path=None, help="", **kw):
    """A field of a type made elsewhere."""
    return Field(type, path, help, **kw)


def tag(path, words, help="", wire=str, case="lower", **kw):
    """The discriminator of a variant. On the wire its key follows the dialect's rule for tags."""
    words = {words: words} if isinstance(words, str) else words
    return Field(types.Enum(words, case, wire), path, help, tag=True, **kw)


def schema():
    return Field(types.Text(), "", "Address of the JSON Schema, for editors.", key="$schema", send=False, show=False)


def read_only(path=None, help="", type=None, **kw):
    return Field(type or types.Anything(), path, help, read_only=True, **kw)
