"""The life of one command job, from the queue to its terminal status.

    Starting ─ Preparing ─ (environment, code, inputs) ─ Queued ─ (a slot) ─ Running ─ Finalizing ─ Completed | Failed | Canceled

Every step is one transaction, and any of them may be the last of a killed agent: `live` begins where the control folder says
that the job stands. While nothing of the user's has run, everything is prepared again.
"""

import os
import re
import shutil
import sys
import time
import traceback

from azext_ml.core.ids import ArmId
from azext_ml.local import mlflow, tokens
from azext_ml.local.runner import control, ending, environments, expressions, inputs, jobenv, locations, outputs
from azext_ml.local.runner.failure import Failure, Stopped
from azext_ml.local.runner.run import Gone
from azext_ml.local.versions import parent

BUILD_LOG = "azureml-logs/20_image_build_log.txt"
GRACE_SECONDS = 5.0               # between SIGTERM and SIGKILL for a job that is canceled or out of time
_DURATION = re.compile(r"^P(?:(?P<days>[\d.]+)D)?"
                       r"(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?$")


def live(run):
    """Brings the job to its end. Only what prevents that itself is raised."""
    try:
        _live(run)
    except Gone:
        ending.abandon(run)
    finally:
        run.give_slot_back()


def _live(run):
    try:
        ended = _run(run)
    except Stopped:
        ending.finish(run, "Canceled")
    except Failure as failure:
        ending.finish(run, "Failed", {"code": failure.code, "message": failure.message})
    except Gone:
        raise
    except Exception as error:
        print(f"{time.ctime()} job {run.job}:", file=sys.stderr)
        traceback.print_exc()
        message = f"The local workspace could not run this job: {error!r}. Its log is {run.scheduler.place}/agent.log."
        ending.finish(run, "Failed", {"code": "InternalError", "message": message})
    else:
        ending.conclude(run, ended)


def _run(run):
    """Prepares, starts and awaits the user's process, or takes it over. Returns what exit.json says, None when the shim was
    lost."""
    os.makedirs(run.control, mode=0o700, exist_ok=True)
    job = run.document()
    run.warnings += (job.private or {}).get("warnings", [])
    if control.has_begun(run):
        _plan(run, job)
        run.take_slot()
    else:
        control.end_leftovers(run)                  # an agent that was killed may have left an installer
        spec = _prepare(run)
        run.wait_for_slot()
        control.start(run, spec)
    run.scheduler.started.set()
    try:
        run.move("Running", started=time.time())
    except Stopped:
        pass                                        # it runs all the same, and is told to end
    return control.wait(run)


def _prepare(run):
    job = run.move("Preparing")
    properties = job.body["properties"]
    for part in ("inputs", "outputs", "code"):
        shutil.rmtree(os.path.join(run.folder, part), ignore_errors=True)
    for part in ("inputs", "outputs", "code", "logs/user_logs"):
        os.makedirs(os.path.join(run.folder, part), exist_ok=True)
    with open(os.path.join(run.folder, "logs", ending.LOG), "ab"):
        pass                                        # whoever follows the log finds it, empty, from now on
    _refuse_unknown_names(properties)
    _warn_of_what_is_not_served(run, properties)
    built = environments.prepare(run.store.root, _environment(run, properties), run.scheduler.setting, os.environ,
                                 log=_build_log(run), stopped=run.stopped, mark=run.control)
    for warning in built.warnings:
        run.warn(warning)
    bin_folder = environments.layer(os.path.join(run.folder, "python"), built.interpreter)
    workspace = run.its_workspace()
    _fetch_code(run, workspace, properties)
    values = inputs.materialise(run.store, workspace, properties.get("inputs"), os.path.join(run.folder, "inputs"), run.stopped)
    _plan(run, job)
    outputs.make_folders(run.planned)
    names = {f"inputs.{name}": values.get(name) for name in properties.get("inputs") or {}}
    names.update({f"outputs.{output.name}": output.path for output in run.planned})
    given = properties.get("environmentVariables") or {}
    variables = {name: expressions.plain(str(value), names) for name, value in given.items()}
    name = properties.get("experimentName") or "Default"
    with run.store.writing() as tx:
        tokens.revoke(tx, run.workspace, run.job)
        token = tokens.issue(tx, run.workspace, run.job)
        experiment = mlflow.begin_run(tx, run.workspace, run.job, name, name=properties.get("displayName") or run.job,
                                      user=run.app.user, now=time.time(), tags=properties.get("tags"))
    own = jobenv.of_run(workspace, run.job, name, experiment, run.scheduler.base_url, token)
    own.update(jobenv.of_values(properties.get("inputs"), values, run.planned))
    env = jobenv.complete(os.environ, own, variables, bin_folder, built.interpreter, run.control)
    run.move("Queued")
    shell = "bash" if shutil.which("bash", path=env["PATH"]) else "sh"
    return {"argv": [shell, "-c", expressions.command(properties.get("command") or "", names)],
            "cwd": os.path.join(run.folder, "code"), "env": env, "log": os.path.join(run.folder, "logs", ending.LOG),
            "timeout": _seconds((properties.get("limits") or {}).get("timeout")), "grace": GRACE_SECONDS,
            "wake": os.path.join(run.scheduler.place, "wake")}


def _refuse_unknown_names(properties):
    """Before minutes are spent on an environment."""
    names = {f"{kind}.{name}": "" for kind in ("inputs", "outputs") for name in properties.get(kind) or {}}
    for text in (properties.get("command") or "", *(properties.get("environmentVariables") or {}).values()):
        expressions.plain(expressions.command(str(text), names), names)


def _plan(run, job):
    with run.store.reading() as tx:
        run.planned = outputs.plan(tx, run.app.workspace(tx, run.workspace), run.job, job.body["properties"].get("outputs"),
                                   os.path.join(run.folder, "outputs"))


def _environment(run, properties):
    """Properties of the environment version that the job names."""
    given = properties.get("environmentId") or ""
    asset = ArmId.parse(given)
    if asset is not None and asset.version:
        with run.store.reading() as tx:
            document = tx.get(run.workspace, parent("environments", asset.name), asset.version)
        if document is not None:
            return document.body["properties"]
        if not asset.name.lower().startswith("azureml-"):
            raise Failure(f"Not found environment {asset.name}:{asset.version}.", "EnvironmentNotFound")
    return {"image": given} if given else {}        # curated, or of a registry: no more than the name of an image


def _fetch_code(run, workspace, properties):
    uri = properties.get("codeId")
    if not uri:
        return
    folder = os.path.join(run.folder, "code")
    with run.store.reading() as tx:
        place = locations.locate(tx, workspace, uri)
    inputs.copy_out(run.store, place, "code", folder, f"The code snapshot {uri}", run.stopped)
    for base, _, files in os.walk(folder):          # blobs have no mode; the service makes all of them executable
        for name in files:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                if file.read(2) == b"#!":
                    os.chmod(path, 0o755)


def _warn_of_what_is_not_served(run, properties):
    services = [name for name, service in (properties.get("services") or {}).items()
                if (service or {}).get("jobServiceType") not in ("Tracking", "Studio")]
    if services:
        run.warn(f"Services are not served locally: {', '.join(sorted(services))}.")
    resources = properties.get("resources") or {}
    instances = resources.get("instanceCount") or 1
    if instances > 1 or properties.get("distribution"):
        kind = (properties.get("distribution") or {}).get("distributionType")
        run.warn(f"The command is run once, as one process: {'distribution ' + kind if kind else f'{instances} instances'}"
                 " cannot be honoured locally.")
    if resources.get("dockerArgs"):
        run.warn("docker_args are not used: local jobs run without a container.")


def _build_log(run):
    """Takes the installer's text; the log file comes to be with the first of it."""
    def log(text):
        path = os.path.join(run.folder, "logs", BUILD_LOG)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    return log


def _seconds(text):
    """`PT1H30M` in seconds, None for no limit."""
    match = _DURATION.match(text or "")
    if not match or not any(match.groupdict().values()):
        return None
    factors = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    return sum(float(value) * factors[unit] for unit, value in match.groupdict().items() if value)
