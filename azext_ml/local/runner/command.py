"""The life of one command job, from the queue to its terminal status.

    Starting ─ Preparing ─ (environment, code, inputs) ─ Queued ─ (a slot) ─ Running ─ Finalizing ─ Completed | Failed | Canceled

Every step is one transaction, and any of them may be the last of a killed agent: `live` begins where the control folder says
that the job stands. Nothing of the user's has run while there is no shim.json; then everything is prepared again.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

from azext_ml.core.ids import ArmId
from azext_ml.local import blobs as blob_store
from azext_ml.local import jobqueue, launch, mlflow, tokens
from azext_ml.local import live as live_logs
from azext_ml.local import root as root_folder
from azext_ml.local.envelopes import Refusal
from azext_ml.local.runner import environments, expressions, inputs, jobenv, locations, outputs, processes
from azext_ml.local.runner.failure import Failure, Stopped
from azext_ml.local.versions import parent

LOG = "user_logs/std_log.txt"
BUILD_LOG = "azureml-logs/20_image_build_log.txt"
GRACE_SECONDS = 5.0               # between SIGTERM and SIGKILL for a job that is canceled or out of time
_CHECK_SECONDS = 1.0
_TAIL_BYTES, _TAIL_LINES = 8192, 10
_SHIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shim.py")
_DURATION = re.compile(r"^P(?:(?P<days>[\d.]+)D)?(?:T(?:(?P<hours>[\d.]+)H)?(?:(?P<minutes>[\d.]+)M)?(?:(?P<seconds>[\d.]+)S)?)?$")


class Run:
    """A job in the agent's hands. `canceled` is set by the agent, which also sets `attention` whenever something may have
    changed: cancellation, the shim's end, its own check once a second."""

    def __init__(self, agent, job, number, compute, limit):
        self.agent, self.app, self.store, self.workspace, self.job = agent, agent.app, agent.store, agent.workspace, job
        self.number, self.compute, self.limit = number, compute, limit
        self.folder = str(root_folder.job_folder(agent.store.root, agent.workspace, job))
        self.control = control_folder(agent.store.root, agent.workspace, job)
        self.attention = threading.Event()
        self.canceled = False
        self.warnings = []
        self.planned = []
        self.has_slot = False
        self.shim = None

    def stopped(self):
        return self.canceled

    def warn(self, text):
        if text not in self.warnings:
            self.warnings.append(text)

    def pause(self):
        self.attention.wait(_CHECK_SECONDS)
        self.attention.clear()


def control_folder(root, workspace, job):
    return os.path.join(launch.folder(root, workspace), "jobs", job)


def live(run):
    """Brings the job to its end. Only what prevents that itself is raised."""
    try:
        _live(run)
    except _Gone:
        _abandon(run)
    finally:
        if run.has_slot:
            run.agent.slots.give_back(run.compute)


class _Gone(Exception):
    """The job's document was deleted."""


def _live(run):
    try:
        ended = _run(run)
    except Stopped:
        _finish(run, "Canceled")
    except _Gone:
        raise
    except Failure as failure:
        _finish(run, "Failed", {"code": failure.code, "message": failure.message})
    except Exception as error:
        print(f"{time.ctime()} job {run.job}:", file=sys.stderr)
        traceback.print_exc()
        _finish(run, "Failed", {"code": "InternalError", "message": f"The local workspace could not run this job: {error!r}. Its "
                                f"log is {os.path.join(run.agent.place, 'agent.log')}."})
    else:
        _conclude(run, ended)


def _run(run):
    """Prepares, starts and awaits the user's process, or takes it over. Returns what exit.json says, None when the shim was
    lost."""
    os.makedirs(run.control, mode=0o700, exist_ok=True)
    job = _job(run)
    run.warnings += (job.private or {}).get("warnings", [])
    if _has_begun(run):
        _plan(run, job)
        run.agent.slots.take(run.compute)
        run.has_slot = True
    else:
        processes.end(lambda: processes.leftovers(run.control, 0, ""), 0)      # installers of an agent that was killed
        spec = _prepare(run)
        _take_slot(run)
        _start(run, spec)
    if not run.canceled:
        _move(run, "Running", started=time.time())
    run.agent.started.set()
    return _await(run)


# Preparing ------------------------------------------------------------------------------------------------------------


def _prepare(run):
    job = _move(run, "Preparing")
    properties = job.body["properties"]
    for part in ("inputs", "outputs", "code"):
        shutil.rmtree(os.path.join(run.folder, part), ignore_errors=True)
    for part in ("inputs", "outputs", "code", "logs/user_logs"):
        os.makedirs(os.path.join(run.folder, part), exist_ok=True)
    with open(os.path.join(run.folder, "logs", LOG), "ab"):
        pass                                        # whoever follows the log finds it, empty, from now on
    _warn_of_what_is_not_served(run, properties)
    built = environments.prepare(run.store.root, _environment(run, properties), run.agent.setting, os.environ,
                                 log=_build_log(run), stopped=run.stopped, mark=run.control)
    for warning in built.warnings:
        run.warn(warning)
    bin_folder = environments.layer(os.path.join(run.folder, "python"), built.interpreter)
    workspace = _workspace(run)
    _fetch_code(run, workspace, properties)
    values = inputs.materialise(run.store, workspace, properties.get("inputs"), os.path.join(run.folder, "inputs"), run.stopped)
    _plan(run, job)
    outputs.make_folders(run.planned)
    names = {f"inputs.{name}": value for name, value in values.items()}
    names.update({f"outputs.{output.name}": output.path for output in run.planned})
    given = properties.get("environmentVariables") or {}
    variables = {name: expressions.plain(str(value), names) for name, value in given.items()}
    with run.store.writing() as tx:
        tokens.revoke(tx, run.workspace, run.job)
        token = tokens.issue(tx, run.workspace, run.job)
        experiment = mlflow.begin_run(tx, run.workspace, run.job, properties.get("experimentName") or "Default",
                                      name=properties.get("displayName") or run.job, user=run.app.user, now=time.time())
    own = jobenv.of_run(workspace, run.job, properties.get("experimentName") or "Default", experiment, run.agent.base_url, token)
    own.update(jobenv.of_values(properties.get("inputs"), values, run.planned))
    env = jobenv.complete(os.environ, own, variables, bin_folder, built.interpreter, run.control)
    _move(run, "Queued")
    return {"argv": ["bash", "-c", expressions.command(properties.get("command") or "", names)],
            "cwd": os.path.join(run.folder, "code"), "env": env, "log": os.path.join(run.folder, "logs", LOG),
            "timeout": _seconds((properties.get("limits") or {}).get("timeout")), "grace": GRACE_SECONDS,
            "wake": os.path.join(run.agent.place, "wake")}


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


def _take_slot(run):
    granted = run.agent.slots.ask(run.number, run.compute, run.limit)
    try:
        while not granted.wait(0.05 if run.canceled else _CHECK_SECONDS):
            if run.canceled:
                raise Stopped()
        if run.canceled:
            raise Stopped()
    except Stopped:
        run.agent.slots.give_back(run.compute, granted)
        raise
    run.has_slot = True


# Running --------------------------------------------------------------------------------------------------------------


def _start(run, spec):
    path = os.path.join(run.control, "spec.json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(spec, file)                       # holds the run's token
    run.shim = subprocess.Popen([sys.executable, "-E", "-s", "-S", _SHIM, run.control], stdin=subprocess.DEVNULL, cwd="/",
                                start_new_session=True)


def _has_begun(run):
    return any(os.path.exists(os.path.join(run.control, name)) for name in ("shim.json", "exit.json")) or _is_shim_alive(run)


def _is_shim_alive(run):
    """By its lock: no pid is asked for, so no other process can be mistaken for it."""
    if run.shim is not None and run.shim.poll() is None:
        return True
    import fcntl  # not on Windows, where nothing comes here
    try:
        lock = os.open(os.path.join(run.control, "shim.lock"), os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(lock)


def _await(run):
    told = False
    while True:
        alive = _is_shim_alive(run)                 # asked before exit.json is looked for: it may come to be in between
        ended = _read(run, "exit.json")
        if ended is not None or not alive:
            if run.shim is not None:
                run.shim.wait()
            return ended
        if run.canceled and not told:
            told = _tell_to_end(run)
        run.pause() if told or not run.canceled else time.sleep(0.02)


def _tell_to_end(run):
    """SIGTERM to the shim. False while it does not say who it is yet."""
    shim = _read(run, "shim.json")
    if shim is None:
        return False
    if processes.is_alive(shim["pid"], shim["start"]):
        os.kill(shim["pid"], signal.SIGTERM)
    return True


# The end --------------------------------------------------------------------------------------------------------------


def _conclude(run, ended):
    if ended is None:
        _end_leftovers(run)
        if run.canceled:
            return _finish(run, "Canceled")
        message = "The job was lost: the process that looks after it was killed."
        return _finish(run, "Failed", {"code": "JobLost", "message": message})
    times = {"started": ended["started"], "ended": ended["ended"]}
    if ended["canceled"]:
        return _finish(run, "Canceled", **times)
    if ended["timed_out"]:
        run.warn("The job was canceled when its time limit was over.")
        return _finish(run, "Canceled", {"code": "JobTimedOut", "message": "The job ran longer than its limit `timeout`."}, **times)
    if ended["error"] or ended["code"] != 0:
        how = f"exited with code {ended['code']}" if ended["signal"] is None else f"was ended by {_signal_name(ended['signal'])}"
        message = ended["error"] or f"The command {how}. The end of {LOG}:\n{_tail(run)}"
        return _finish(run, "Failed", {"code": "UserError", "message": message}, **times)
    return _finish(run, "Completed", **times)


def _abandon(run):
    """Ends what still runs of a job that was deleted, and forgets it."""
    run.canceled = True
    if _has_begun(run):
        _end_leftovers(run) if _await(run) is None else None
    with run.store.writing() as tx:
        if tx.get(run.workspace, "jobs", run.job) is None:
            jobqueue.remove(tx, run.workspace, run.job)
            tokens.revoke(tx, run.workspace, run.job)
    shutil.rmtree(run.folder, ignore_errors=True)
    shutil.rmtree(run.control, ignore_errors=True)


def _end_leftovers(run):
    shim = _read(run, "shim.json") or {"pid": 0, "start": ""}
    processes.end(lambda: processes.leftovers(run.control, shim["pid"], shim["start"]), 0)


def _finish(run, status, error=None, started=None, ended=None):
    """Stores what the job leaves behind, then everything that tells of its end in one transaction."""
    if status != "Canceled":
        _move(run, "Finalizing", always=True)
    captured = _capture(run)
    while True:
        try:
            with run.store.writing() as tx:
                job = tx.get(run.workspace, "jobs", run.job)
                if job is None:
                    break
                now = run.store.clock()
                for each in captured:
                    for name, content in each.blobs:
                        blob_store.put(tx, each.container, name, content, now=now)
                assets = _register(run, tx, captured) if status == "Completed" else {}
                private = {**(job.private or {}), "warnings": run.warnings, "assets": assets, "ended": ended or time.time()}
                private.update({key: value for key, value in (("started", started), ("error", error)) if value})
                tx.put(run.workspace, "jobs", run.job, _with(job.body, status, run.planned), etag=job.etag, kind=job.kind,
                       archived=job.archived, private=private)
                mlflow.end_run(tx, run.workspace, run.job, status, now=private["ended"])
                tokens.revoke(tx, run.workspace, run.job)
                jobqueue.remove(tx, run.workspace, run.job)
                break
        except Refusal as refusal:
            # The command did its work, but what it was asked to leave behind cannot be: nothing is registered then.
            status, error = "Failed", {"code": refusal.code, "message": f"An output could not be registered: {refusal}"}
    _forget(run)


def _capture(run):
    """[Captured] of all outputs, of ./outputs and of the logs."""
    root = run.store.root
    workspace = _workspace(run)
    captured = [outputs.capture(root, output, run.warn) for output in run.planned]
    store, prefix = live_logs.artifact_container(workspace.guid), f"{live_logs.PREFIX}{run.job}"
    for name in ("outputs", "logs"):
        folder = os.path.join(run.folder, "code", name)
        captured.append(outputs.Captured(store, outputs.capture_folder(root, folder, f"{prefix}/{name}", run.warn, f"./{name}")))
    logs = outputs.capture_folder(root, os.path.join(run.folder, "logs"), prefix, run.warn, "the logs")
    return captured + [outputs.Captured(store, logs)]


def _register(run, tx, captured):
    """{output name: asset id} of the outputs that have a name and hold something."""
    workspace = run.app.workspace(tx, run.workspace)
    assets = {}
    for output, content in zip(run.planned, captured):
        if not output.asset:
            continue
        if not content.blobs and not output.direct:
            run.warn(f"The output '{output.name}' is empty, so {output.asset} was not registered.")
            continue
        assets[output.name] = outputs.register(tx, run.app, workspace, run.job, output)
    return assets


def _forget(run):
    """Removes what only the run needed. The job is over: this may be cut off, the next agent sweeps."""
    clear(run.store.root, run.workspace, run.job)
    shutil.rmtree(run.control, ignore_errors=True)


def clear(root, workspace, job):
    """Removes the working folders of a job that is over; what they held is in the blobs. The logs stay."""
    folder = root_folder.job_folder(root, workspace, job)
    for part in ("inputs", "outputs", "code", "python"):
        shutil.rmtree(os.path.join(folder, part), ignore_errors=True)


# Pieces ---------------------------------------------------------------------------------------------------------------


def _job(run):
    with run.store.reading() as tx:
        job = tx.get(run.workspace, "jobs", run.job)
    if job is None:
        raise _Gone()
    return job


def _workspace(run):
    with run.store.reading() as tx:
        workspace = run.app.workspace(tx, run.workspace)
    if workspace is None:
        raise _Gone()
    return workspace


def _move(run, status, always=False, **private):
    """Writes a status, unless cancellation was asked for (Stopped) or the job is gone (_Gone). Returns the Document."""
    with run.store.writing() as tx:
        entry = jobqueue.entry(tx, run.workspace, run.job)
        job = tx.get(run.workspace, "jobs", run.job)
        if job is None or entry is None:
            raise _Gone()
        run.canceled = run.canceled or entry.cancel
        if run.canceled and not always:
            if status == "Running":
                return job                          # it runs; _await ends it
            raise Stopped()
        kept = {"warnings": run.warnings, **{key: value for key, value in private.items() if key not in (job.private or {})}}
        return tx.put(run.workspace, "jobs", run.job, _with(job.body, status, ()), etag=job.etag, kind=job.kind,
                      archived=job.archived, private={**(job.private or {}), **kept})


def _with(body, status, planned):
    """The body with a status and, once they are known, the outputs' URIs."""
    properties = {**body["properties"], "status": status}
    if planned:
        given = properties["outputs"]
        properties["outputs"] = {**given, **{output.name: {**(given[output.name] or {}), "uri": output.uri} for output in planned}}
    return {**body, "properties": properties}


def _read(run, name):
    try:
        with open(os.path.join(run.control, name), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def _tail(run):
    try:
        with open(os.path.join(run.folder, "logs", LOG), "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-_TAIL_LINES:])


def _signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _seconds(text):
    """`PT1H30M` in seconds, None for no limit."""
    match = _DURATION.match(text or "")
    if not match or not any(match.groupdict().values()):
        return None
    factors = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
    return sum(float(value) * factors[unit] for unit, value in match.groupdict().items() if value)
