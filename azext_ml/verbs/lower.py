"""Runs the asset steps of a plan: uploads, look-ups and the creation of what a resource needs.

Each step is a function (step value, Run) -> answer. Answers are dicts: `id` of a resource, `uri` of an upload.
"""

import contextlib
import hashlib
import os
import uuid

from azext_ml.assets import datastores, includes, snapshot, upload
from azext_ml.core.errors import NotFound, ServiceError
from azext_ml.spec import dialects, walk
from azext_ml.spec.plan import Pending
from azext_ml.spec.registry import resolve
from azext_ml.verbs import components
from azext_ml.verbs.prepare import where

CODE_API = "2023-04-01"
ENVIRONMENT_API = "2023-04-01-preview"
ANONYMOUS_ENVIRONMENT = "CliV2AnonymousEnvironment"
HASH_VERSION = 202208                       # of the content hash of code
VERSION_APIS = {"environments": ENVIRONMENT_API, "data": "2023-04-01-preview", "models": "2023-08-01-preview",
                "components": "2024-01-01-preview", "codes": CODE_API}


class Run:
    """A plan on its way: answers by step key, so that a step can use those before it."""

    def __init__(self, ws):
        self.ws = ws
        self.ids = {}


def run(plan, ws):
    """Runs every step, children first, and returns the answers by step key."""
    running = Run(ws)
    for step in plan.steps.values():
        running.ids[step.key] = STEPS[step.kind](step.value, running)
    return running.ids


def code(value, run):
    """A code snapshot: found by its content hash, else uploaded and registered.

    The name is random; the service answers a look-up by hash with whatever name it is stored under.
    """
    ws = run.ws
    if "uri" in value:
        body = {"properties": {"codeUri": value["uri"], "isAnonymous": True, "properties": {}}}
        return ws.client.put(f"{ws.scope}/codes/{uuid.uuid4()}/versions/1", body, api_version=CODE_API)
    if value.get("includes"):
        with includes.together(value["path"], value["includes"]) as folder:
            return code({"path": folder, "component": True}, run)
    shot = snapshot.take(value["path"], component=value.get("component", False))
    content_hash = shot.content_hash()
    name = str(uuid.uuid4())
    base = f"{ws.scope}/codes/{name}/versions"
    found = ws.client.get(base, api_version=CODE_API, query={"hash": content_hash, "hashVersion": str(HASH_VERSION)})
    for item in (found or {}).get("value") or ():
        return ws.client.get(item["id"], api_version=CODE_API)
    pending = ws.client.post(f"{base}/1/startPendingUpload", {"pendingUploadType": "TemporaryBlobReference"}, api_version=CODE_API)
    target = pending["blobReferenceForConsumption"]
    sent = upload.upload(ws.container(target["credential"]["sasUri"]), "", shot, name=name, version="1")
    if sent.reused:                         # an upload of the same folder ended between the look-up and now
        try:
            return ws.client.get(f"{ws.scope}/codes/{sent.name}/versions/{sent.version}", api_version=CODE_API)
        except NotFound:
            pass
    body = {"properties": {"codeUri": f"{target['blobUri']}/{shot.name if shot.is_folder else ''}", "isAnonymous": True,
                           "properties": {"hash_sha256": content_hash, "hash_version": HASH_VERSION}}}
    return ws.client.put(f"{base}/1", body, api_version=CODE_API)


def uploaded(value, run):
    """A local file or folder, put into a datastore under the hash of its content."""
    shot = snapshot.take(value["path"])
    return _sent(run, shot, shot.upload_hash(), value)


def _sent(run, shot, identity, value):
    """Uploads a snapshot; `value` names the datastore, the form of the answer, and the asset that the upload is for, if any."""
    ws = run.ws
    store = _store_name(value.get("datastore"))
    container = datastores.open_datastore(ws, store)
    named = {key: str(value[key]) for key in ("name", "version") if value.get(key) is not None}
    sent = upload.upload(container, f"LocalUpload/{identity}", shot, **named)
    path = sent.path + ("/" if value["slash"] else "")
    if value["form"] == "https":
        return {"uri": f"{container.url}/{path}", "hash": identity}
    uri = f"datastores/{store}/paths/{path}"
    if value["form"] == "long":
        uri = f"subscriptions/{ws.subscription}/resourcegroups/{ws.group}/workspaces/{ws.name}/{uri}"
    return {"uri": f"azureml://{uri}", "hash": identity}


def latest(value, run):
    """The version that `@latest` means: the one created last. Other labels are the service's business."""
    ws, collection, name = run.ws, value["collection"], value["name"]
    path, api = f"{ws.scope}/{collection}/{name}", VERSION_APIS[collection]
    if value["label"] != "latest":
        raise NotFound(f"{name}@{value['label']}: the only label that can be looked up is 'latest'.",
                       fix=f"Write azureml:{name}@latest, or a version.")
    if collection == "data":                # the official client reads the container of data, the newest version of the rest
        container = ws.client.get(path, api_version=api)
        return ws.client.get(f"{path}/versions/{container['properties']['latestVersion']}", api_version=api)
    found = _newest(ws, collection, name)
    if not found:
        raise NotFound(f"'{name}' has no versions in this workspace.", fix=f"See `az ml {collection.rstrip('s')} list`.")
    return found[0]


def _newest(ws, collection, name):
    """The version of an asset that was created last, in a list, empty when there is none."""
    answer = ws.client.get(f"{ws.scope}/{collection}/{name}/versions", api_version=VERSION_APIS[collection],
                           query={"$orderBy": "createdtime desc", "$top": "1"})
    return (answer or {}).get("value") or []


def environment(value, run):
    """An environment written in place: named by its content, so that equal ones are one."""
    ws, kind, value = run.ws, resolve(value["spec"]), value["value"]
    name, version = anonymous_name(value, run)
    at = where(ws, anonymous=True).but(ids=run.ids)
    body = walk.to_rest(kind, value, dialects.arm, at)
    return ws.client.put(f"{ws.scope}/environments/{name}/versions/{version}", body, api_version=ENVIRONMENT_API)


def anonymous_name(value, run):
    """(name, version) of an anonymous environment, as the official client derives them. Text is hashed as UTF-8, in hex."""
    build = value.get("build") or {}
    if build:
        path = build.get("path")
        if not isinstance(path, Pending):       # a build context elsewhere has no content to be named by
            return str(uuid.uuid4()), "1"
        version = _sha(run.ids[path.step]["hash"])
        if build.get("dockerfile_path"):
            version = _woven(version, _sha(build["dockerfile_path"]))
        return ANONYMOUS_ENVIRONMENT, _sha(version)
    version = _sha(value["image"])
    conda = resolve("anonymous_environment").field("conda_file").type
    for part in (_routes(value.get("inference_config")), conda.enc(value["conda_file"], dialects.arm, None)
                 if value.get("conda_file") else None):
        if part:
            version = _woven(version, _sha(part))
    return ANONYMOUS_ENVIRONMENT, _sha(version)


def _woven(version, more):
    """`version` put between the characters of `more`: what the official client's join amounts to."""
    return version.join(more)


def _routes(config):
    """The text of an inference configuration that is hashed: the official client dumps its own objects, class names and all."""
    if not config:
        return None
    import yaml  # already loaded
    classes = "!!python/object:azure.ai.ml._restclient.arm_ml_service.models._models."
    text = f"{classes}InferenceContainerProperties\n_data:\n"
    for route in ("liveness_route", "readiness_route", "scoring_route"):
        lines = yaml.safe_dump({"path": config[route]["path"], "port": config[route]["port"]}).splitlines()
        text += f"  {dialects.camel(route)}: {classes}Route\n    _data:\n" + "".join(f"      {line}\n" for line in lines)
    return text


def _sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _store_name(reference):
    """`azureml:store`, an id or a bare name -> the name."""
    text = reference or "workspaceblobstore"
    return os.path.basename(text[len("azureml:"):] if text.startswith("azureml:") else text)


def component(value, run):
    """A component that a node takes in: named by its content. The answer remembers in `source` how it was written."""
    source = "YAML.COMPONENT" if value["origin"] == "path" else "YAML.JOB"
    at = where(run.ws, anonymous=True, source=source).but(ids=run.ids)
    specification = walk.encode(resolve(value["spec"]), value["value"], dialects.component, at)
    body = components.resource(specification, value["value"], anonymous=True)
    path = f"{run.ws.scope}/components/{components.ANONYMOUS}/versions/{components.anonymous_version(specification)}"
    return {**run.ws.client.put(path, body, api_version=VERSION_APIS["components"]), "source": source}


def named_environment(value, run):
    """An environment written in place under a name of its own.

    Without a version it is put over the newest one, as the official client does; where that is refused (409: it would change),
    it becomes the next one.
    """
    kind, value = resolve(value["spec"]), value["value"]
    if value.get("version"):
        return _registered(run, "environments", kind, value["name"], value["version"], value)
    newest, following = _versions_of(run, "environments", value["name"])
    try:
        return _registered(run, "environments", kind, value["name"], newest, value)
    except ServiceError as error:
        if error.status != 409:
            raise
        return _registered(run, "environments", kind, value["name"], following, value)


def model(value, run):
    """A model written in place: registered under its own name, else anonymously under the hash of its content."""
    kind, value = resolve(value["spec"]), value["value"]
    local = value["path"] if isinstance(value["path"], dict) else None
    shot = snapshot.take(local["path"]) if local else None
    identity = shot.upload_hash() if shot else None
    name = value.get("name") or _sha(identity)
    with contextlib.suppress(NotFound):         # the official client tells models from evaluators by the newest one
        _newest(run.ws, "models", name)
    version = value.get("version") or (_versions_of(run, "models", name)[1] if value.get("name") else "1")
    if shot:
        value = {**value, "path": _sent(run, shot, identity, {**local, "name": name, "version": version})["uri"]}
    return _registered(run, "models", kind, name, version, value, anonymous=not value.get("name"))


def collected_data(value, run):
    """The data asset that a deployment's collected data goes to. One that is there already stays as it is."""
    asset = value["value"]
    try:
        return _registered(run, "data", resolve("data"), asset["name"], asset["version"], asset)
    except ServiceError as error:
        if "already exists" not in error.message:
            raise
        path = f"{run.ws.scope}/data/{asset['name']}/versions/{asset['version']}"
        return run.ws.client.get(path, api_version=VERSION_APIS["data"])


def job_component(value, run):
    """The component that stands for a finished pipeline job; the service fills it in."""
    specification = {"name": components.ANONYMOUS, "version": "1", "type": "pipeline", "jobs": {}, "_source": "CLASS",
                     "sourceJobId": value["job"], "source_job_id": value["job"]}
    body = components.resource(specification, {}, anonymous=True)
    return run.ws.client.put(f"{run.ws.scope}/components/{components.ANONYMOUS}/versions/1", body, api_version="2023-02-01-preview")


def _registered(run, collection, kind, name, version, value, anonymous=False):
    """Puts a version of an asset."""
    body = walk.to_rest(kind, value, dialects.arm, where(run.ws, anonymous=anonymous).but(ids=run.ids))
    return run.ws.client.put(f"{run.ws.scope}/{collection}/{name}/versions/{version}", body, api_version=VERSION_APIS[collection])


def _versions_of(run, collection, name):
    """(newest version, next version) of an asset; "1" for a new name."""
    try:
        found = run.ws.client.get(f"{run.ws.scope}/{collection}/{name}", api_version=VERSION_APIS[collection])["properties"]
    except NotFound:
        return "1", "1"
    return found.get("latestVersion") or "1", found.get("nextVersion") or "1"


STEPS = {"code": code, "upload": uploaded, "latest": latest, "environment": environment, "named_environment": named_environment,
         "model": model, "collected_data": collected_data, "component": component, "job_component": job_component}
