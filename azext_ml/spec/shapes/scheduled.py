"""Jobs that a schedule starts: one of the workspace by name, or one that a file describes."""

from azext_ml.spec import types
from azext_ml.spec.diagnostics import Wrong


class SourceJob(types.Ref):
    """A job of the workspace, to be run again; a path stands for the job that the file describes. The service takes the name as it
    is written. `more`: what goes beside it."""

    def __init__(self, **more):
        super().__init__("jobs", versioned=False)
        self.more = more
        self.wants = "the path of a job's file, or a job such as azureml:my_job"

    def included(self, value):
        return value.removeprefix("file:") if types.is_local(value) else None

    def enc(self, value, dialect, at):
        return {"properties": {"jobType": "Pipeline", "sourceJobId": value.removeprefix("azureml:"), "isArchived": False, **self.more}}


class NotAPipeline(types.Type):
    """Jobs that no schedule can start."""

    wants = "a pipeline"
    schema = False

    def check(self, value):
        raise Wrong(f"a schedule starts pipelines only, and this is a job of the type '{value.get('type') or 'command'}'",
                    "make it a node of a pipeline")
