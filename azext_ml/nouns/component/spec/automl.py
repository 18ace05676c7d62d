"""AutoML components: a task and its ports."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.automl_tasks import TASKS
from azext_ml.spec.shapes.component import Component


class AutoMLComponent(Component):
    type = f.tag("type", "automl", "Machine learning without code.")
    task = f.enum("task", "What is learned.", {word: word for task in TASKS for word in task.field("task").type.words},
                  "snake", required=True)
