"""Environment variables of a job's process.

It gets what a program needs on any machine and what its spec names; the rest of the environment in which somebody happened to
start the agent is not passed on: neither what would make the next run differ nor the login or token of that person.
"""

import os

from azext_ml.local.runner.processes import MARK

_KEPT = ("HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM", "PATH", "LD_LIBRARY_PATH", "JAVA_HOME",
         "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
         "http_proxy", "https_proxy", "all_proxy", "NO_PROXY", "no_proxy")
_KEPT_FAMILIES = ("LC_", "CUDA_", "NVIDIA_", "ROCR_", "HIP_", "OMP_", "MKL_", "OPENBLAS_", "PIP_", "UV_")
_LOOPBACK = "127.0.0.1,localhost"


def of_run(workspace, job, experiment, experiment_id, base_url, token):
    """What tells the process which run it is, and where to report. `workspace`: request.Workspace."""
    return {
        "MLFLOW_TRACKING_URI": f"{base_url}/mlflow/v1.0{workspace.scope}", "MLFLOW_TRACKING_TOKEN": token, "MLFLOW_RUN_ID": job,
        "MLFLOW_EXPERIMENT_ID": experiment_id, "MLFLOW_EXPERIMENT_NAME": experiment,
        "AZUREML_RUN_ID": job, "AZUREML_ROOT_RUN_ID": job, "AZUREML_EXPERIMENT_NAME": experiment,
        "AZUREML_EXPERIMENT_ID": experiment_id, "AZUREML_ARM_SUBSCRIPTION": workspace.subscription,
        "AZUREML_ARM_RESOURCEGROUP": workspace.group, "AZUREML_ARM_WORKSPACE_NAME": workspace.name,
        "AZUREML_ARM_PROJECT_NAME": experiment, "AZUREML_WORKSPACE_ID": workspace.guid,
        "AZUREML_WORKSPACE_SCOPE": workspace.scope, "AZUREML_NODE_COUNT": "1",
    }


def of_values(inputs, values, planned):
    """AZURE_ML_INPUT_<name>, AZURE_ML_OUTPUT_<name>, and AZUREML_PARAMETER_<name> for literals."""
    variables = {}
    for name, value in values.items():
        variables[f"AZURE_ML_INPUT_{name}"] = value
        if (inputs[name].get("jobInputType") or "literal").lower() == "literal":
            variables[f"AZUREML_PARAMETER_{name}"] = value
    for output in planned:
        variables[f"AZURE_ML_OUTPUT_{output.name}"] = output.path
    return variables


def complete(host, own, given, bin_folder, interpreter, mark):
    """The whole environment. `host`: that of the agent; `own`: ours; `given`: the spec's, which wins; `mark`: tells the
    processes of this run from all others."""
    kept = {name: value for name, value in host.items() if name in _KEPT or name.startswith(_KEPT_FAMILIES)}
    env = {"PYTHONUNBUFFERED": "1", **kept, **own, **given}      # unbuffered: a log is followed while it is written
    folders = [bin_folder] + ([os.path.dirname(interpreter.executable)] if interpreter.prefix not in ("/usr", "/usr/local") else [])
    env["PATH"] = os.pathsep.join(folders + [env.get("PATH") or os.defpath])
    env["VIRTUAL_ENV"] = os.path.dirname(bin_folder)
    for name in ("NO_PROXY", "no_proxy"):
        env[name] = ",".join(filter(None, (env.get(name), _LOOPBACK)))
    env[MARK] = mark
    # A NUL cannot stand in an environment, nor "=" in a name; such names and values come from bodies that no spec made.
    return {name: value for name, value in env.items() if name and "=" not in name and "\0" not in name + value}
