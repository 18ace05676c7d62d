"""`job list`."""

from azext_ml.nouns.job.commands.history import history
from azext_ml.verbs.list import cut, view
from azext_ml.verbs.list import list_ as list_all


def list_(ws, noun, max_results=50, all_results=None, parent_job_name=None, archived_only=False, include_archived=False):
    """Jobs newest first; with `parent_job_name` the children of one."""
    limit = None if str(all_results).lower() == "true" else max_results
    if parent_job_name is None:
        return list_all(ws, noun, max_results=limit, archived_only=archived_only, include_archived=include_archived)
    view(archived_only, include_archived)
    children = history(ws).pages(f"runs/{parent_job_name}/children")
    wanted = (child for child in children
              if include_archived or bool(child.get("hidden")) == archived_only)
    return cut((_printed(child) for child in wanted), limit)


def _printed(run):
    """A child as run history knows it: the service has no more of it elsewhere."""
    found = {"name": run.get("runId"), "display_name": run.get("displayName"), "status": run.get("status"),
             "experiment_name": run.get("experimentName"), "parent_job_name": run.get("parentRunId"), "tags": run.get("tags"),
             "properties": run.get("properties"), "type": (run.get("properties") or {}).get("StepType") or run.get("runType")}
    return {key: value for key, value in found.items() if value is not None}
