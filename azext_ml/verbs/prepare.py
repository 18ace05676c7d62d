"""From a file and options to data that may be sent: the first two stages, and the context of the rest."""

from azext_ml.core.errors import UsageError
from azext_ml.core.ids import group_scope
from azext_ml.spec import dialects, walk
from azext_ml.spec.document import Document
from azext_ml.spec.registry import resolve
from azext_ml.spec.where import Where


def prepared(ws, noun, file=None, overrides=None, flags=None, kind=None, **known):
    """`checked`, with its warnings printed."""
    value, document, kind = checked(noun, file, overrides, flags, kind, **known)
    for warning in document.warnings:
        ws.terminal.warn(str(warning))
    return value, document, kind


def checked(noun, file=None, overrides=None, flags=None, kind=None, **known):
    """(checked data, Document, kind) of a spec given by `--file`, by options, or both.

    overrides: texts of `--set`. flags: option destinations -> values, None where not given; they win over the file. known: facts
    that the checks of the spec may ask for.
    Raises SpecError with every fault.
    """
    from azext_ml.spec import overrides as sets  # these and marshmallow: only for commands that read a spec
    from azext_ml.spec import validate
    kind = resolve(kind or noun.kind)
    given = {dest: value for dest, value in (flags or {}).items() if value is not None}
    if file is None and not given and not overrides:
        raise UsageError("Neither a file nor an option says what to create.", fix="Give --file, or the options that --help lists.")
    document = loaded(file) if file is not None else Document({})
    if isinstance(document.value, dict):
        for dest, value in given.items():
            sets.put(document, tuple(dest.split("__")), value)
        sets.apply(document, overrides or (), kind)
    return validate.validate(kind, document, walk.expand(kind, document), known), document, kind


def loaded(file):
    """The Document of a file."""
    from azext_ml.spec.load import load  # PyYAML: not when there are options only
    return load(file)


def facts(ws, **more):
    """What every field may know of the workspace."""
    return {"scope": ws.scope, "subscription": ws.subscription, "group": ws.group, "workspace": ws.name,
            "tenant": ws.tenant, **more}


def where(ws, **more):
    return Where(facts=facts(ws, **more))


def shown(kind, wire, ws):
    """What a command prints of an answer of the service: plain dict."""
    return walk.decode(resolve(kind), wire, dialects.arm, where(ws)) if wire is not None else None


def path_of(ws, noun, name=None, version=None):
    """Path of a collection, a resource, or a version of an asset. Of what stands in a resource group the collection of the whole
    subscription, where no group is named."""
    path = f"{ws.scope if noun.home == 'workspace' else group_scope(ws.subscription, ws.group)}/{noun.collection}"
    for part in (name, "versions" if version is not None else None, version):
        if part is not None:
            path += f"/{part}"
    return path
