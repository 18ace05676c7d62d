"""Types that may name something on this machine, which is uploaded or made a snapshot of before the resource is sent."""

import os

from azext_ml.core.ids import ArmId
from azext_ml.spec.diagnostics import Fault, Wrong, nearest
from azext_ml.spec.plan import Pending
from azext_ml.spec.types.references import Ref, has_expression, is_id, is_reference, is_url
from azext_ml.spec.types.scalars import Text, Type, shown


class LocalFile(Type):
    """Path of a local file or folder that must exist; not uploaded by itself. Resolved against the YAML's folder."""

    wants = "a path"
    arg_type = "file"

    def check(self, value):
        return Text().check(value)

    def verify(self, value, at):
        yield from missing(value, at)

    def lower(self, value, at, plan):
        return resolve(value, at)


class Upload(Type):
    """A path whose content goes to a datastore: local (file, folder), or something that is there already.

    form      what is sent: `short` (azureml://datastores/…), `long` (with subscription, group, workspace) or `https`
    slash     adds a final `/`: `folder` when the sibling `type` is uri_folder, `always`, or None
    typed     the kind of the path must be that of the sibling `type`
    named     the upload is confirmed under the resource's own name and version (an asset), else under a random name (a job's input)
    """

    wants = "a local path or a datastore URI"
    arg_type = "file"

    def __init__(self, form="short", slash=None, named=False, typed=False, wants=None):
        self.form, self.slash, self.named, self.typed = form, slash, named, typed
        self.wants = wants or self.wants

    def check(self, value):
        return Text().check(value)

    def verify(self, value, at):
        if is_local(value):
            yield from missing(value, at)
            kind = at.me.get("type") or ("uri_folder" if self.slash == "folder" or self.typed else None)
            # The official client refuses this for absolute paths and lets relative ones pass, to fail in the job.
            severity = "error" if self.typed or os.path.isabs(value) else "warning"
            if kind == "uri_folder" and os.path.isfile(resolve(value, at)):
                yield Fault(f"{shown(value)} is a file, but the type is uri_folder", "use `type: uri_file`, or name its folder",
                            severity=severity)
            if kind == "uri_file" and os.path.isdir(resolve(value, at)):
                yield Fault(f"{shown(value)} is a folder, but the type is uri_file", "use `type: uri_folder`, or name one file",
                            severity=severity)

    def lower(self, value, at, plan):
        if not is_local(value):
            return value
        path = resolve(value, at)
        slash = self.slash == "always" or self.slash == "folder" and at.me.get("type", "uri_folder") == "uri_folder"
        step = {"path": path, "datastore": at.me.get("datastore"), "form": self.form, "slash": slash}
        if self.named:
            step.update(name=at.root.get("name"), version=at.root.get("version"))
        return plan.add("upload", step, "|".join(str(part) for part in step.values()))

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            return at.ids[value.step]["uri"]
        if self.form == "long" and value.startswith("azureml://datastores/"):
            scope = ArmId(at.facts["scope"])
            return (f"azureml://subscriptions/{scope.subscription}/resourcegroups/{scope.group}/workspaces/{scope.workspace}"
                    f"/{value[len('azureml://'):]}")
        return value


class Code(Ref):
    """Code of a job: a local file or folder becomes a snapshot; URLs and references stay."""

    wants = "a local folder or file, or a reference such as azureml:code:1"
    arg_type = "folder"

    def __init__(self, show="long", component=False):
        super().__init__("codes", show=show)
        self.wants, self.component = Code.wants, component

    def check(self, value):
        if isinstance(value, str) and value.startswith(("git+", "git@", "ssh://")):
            raise Wrong(f"{shown(value)} is a git address, which code cannot be", "clone it, and give the folder")
        plain = not isinstance(value, str) or is_local(value) or is_url(value)
        return Text().check(value) if plain else super().check(value)

    def verify(self, value, at):
        if is_local(value):
            yield from missing(value, at)

    def lower(self, value, at, plan):
        if is_local(value):
            return self.taken(resolve(value, at), at.me.get("additional_includes") if self.component else None, at, plan)
        if is_url(value) and not value.startswith("azureml://"):
            return plan.add("code", {"uri": value}, value)
        return super().lower(value, at, plan)


    def taken(self, path, includes, at, plan):
        """The step that takes a snapshot of `path`, with `includes` added."""
        step = {"path": path, "component": self.component}
        if includes:
            step["includes"] = [resolve(item, at) for item in includes]
        return plan.add("code", step, "|".join([str(path), str(self.component), *step.get("includes", ())]))


class Includes(Type):
    """Files and folders that a component adds to its code, or has in place of code; `x.zip` stands for a folder `x` too."""

    wants = "a list of paths"
    schema = {"type": "array", "items": {"type": "string"}}
    code = Code(component=True)

    def check(self, value):
        if not isinstance(value, list):
            raise Wrong(f"wants {self.wants}, got {shown(value)}", "begin each item with '- '")
        for index, item in enumerate(value):
            if not isinstance(item, str):
                raise Wrong(f"wants a path, got {shown(item)}", path=(index,))
        return value

    def verify(self, value, at):
        code = at.me.get("code")
        if code is not None and not is_local(code):
            yield Fault("nothing can be added to code that is in the workspace already", "give a local folder as code")
            return
        for item in value:
            path = resolve(item, at)
            if not (path.endswith(".zip") and os.path.isdir(path[:-len(".zip")])):
                yield from missing(item, at)
            if code is not None and os.path.lexists(os.path.join(resolve(code, at), os.path.basename(path))):
                yield Fault(f"{shown(item)} cannot be added: the code has '{os.path.basename(path)}' already", "rename one of the two")

    def lower(self, value, at, plan):
        made = {"additional_includes": value}
        return {**made, "code": self.code.taken(None, value, at, plan)} if value and at.me.get("code") is None else made

    def enc(self, value, dialect, at):
        if not value["additional_includes"] and dialect.empty == "drop":
            return {}
        return {**value, **({"code": self.code.enc(value["code"], dialect, at)} if "code" in value else {})}

    def dec(self, wire, dialect, at):
        return wire.get("additional_includes")


class DataPath(Type):
    """`path` of an input: asset reference, URI or local path; printed as a `short` reference, or a `long` one."""

    def __init__(self, collection, show="short"):
        self.ref = Ref(collection, show=show)
        self.upload = Upload("short", slash="folder")
        self.wants = "a local path, a datastore URI or an azureml: reference"

    def of(self, value, at):
        """Which of the two rules a value follows. Order of the tests as in the official client, which takes `name:version` for a
        reference even without `azureml:`; a file of that name is a file all the same."""
        plain = not value.startswith("azureml:") and not is_id(value)
        return self.upload if not is_reference(value) or plain and os.path.exists(resolve(value, at)) else self.ref

    def check(self, value):
        if not isinstance(value, str):
            raise Wrong(f"wants {self.wants}, got {shown(value)}")
        if value.startswith("runs:"):
            raise Wrong(f"{shown(value)} names an artifact of a run, which a job cannot read",
                        "name an output of the job: azureml://jobs/<job>/outputs/<output>/paths/<path>")
        if value.startswith("azureml:") and is_url(value[len("azureml:"):]):
            return value[len("azureml:"):]          # as such addresses are printed
        return self.ref.check(value) if is_reference(value) and value.startswith("azureml:") else value

    def verify(self, value, at):
        yield from self.of(value, at).verify(value, at)

    def lower(self, value, at, plan):
        return self.of(value, at).lower(value, at, plan)

    def enc(self, value, dialect, at):
        if isinstance(value, Pending):
            answer = at.ids[value.step]
            return answer["uri"] if "uri" in answer else answer["id"]
        return (self.ref if is_reference(value) else self.upload).enc(value, dialect, at)

    def dec(self, wire, dialect, at):
        if dialect.path == "own" and isinstance(wire, str) and ArmId.parse(wire):
            return f"azureml:{wire}"            # a node's references are printed whole
        return self.ref.dec(wire, dialect, at)


def is_local(value):
    """A path on this machine, as against URLs, ids, expressions and references."""
    return isinstance(value, str) and not (value.startswith(("azureml:", "git+", "runs:")) or is_url(value) or is_id(value)
                                           or has_expression(value))


def resolve(value, at):
    """Absolute path of a local value. Symbolic links are kept as names."""
    value = value[len("file:"):] if value.startswith("file:") else value
    return os.path.normpath(os.path.join(at.base or os.getcwd(), os.path.expanduser(value)))


def missing(value, at):
    """The Fault of a local path that does not exist, with the nearest name that does."""
    path = resolve(value, at)
    if not os.path.exists(path):
        yield absent(value, path)


def absent(value, path):
    """The Fault of a text that names the file or folder `path`, which does not exist."""
    try:
        there = os.listdir(os.path.dirname(path))
    except (OSError, ValueError):           # no such folder, or not for us; a NUL in the name
        there = []
    stem, end = os.path.splitext(os.path.basename(path))
    known = {os.path.splitext(name)[0]: name for name in sorted(there, key=lambda name: name.endswith(end))}
    guess = known.get(nearest(stem, known))
    return Fault(f"{shown(value)} does not exist (looked for {path})", f"did you mean '{guess}'?" if guess else "check the path")
