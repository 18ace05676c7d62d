"""Every kind of job, told apart by `type`."""

from azext_ml.spec import types
from azext_ml.spec.choices import ByType

Job = types.OneOf(ByType(
    "type", {"command": types.Nested("command_job")}, default="command", tag="properties.jobType", wire={"Command": "command"}, fold=str))
