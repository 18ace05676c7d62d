"""Every kind of job, told apart by `type`."""

from azext_ml.spec import types
from azext_ml.spec.choices import ByType

Job = types.OneOf(ByType(
    "type", {"command": types.Nested("command_job"), "pipeline": types.Nested("pipeline_job"), "sweep": types.Nested("sweep_job"),
             "spark": types.Nested("spark_job"), "automl": types.Nested("automl_job"),
             "finetuning": types.Nested("finetuning_job"), "distillation": types.Nested("distillation_job"),
             "import": types.Nested("import_job")}, default="command", tag="properties.jobType", fold=str))
