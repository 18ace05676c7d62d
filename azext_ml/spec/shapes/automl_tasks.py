"""The tasks of AutoML, told apart by `task`."""

from azext_ml.spec.choices import ByType
from azext_ml.spec.shapes import automl_image, automl_table, automl_text
from azext_ml.spec.types import Nested, OneOf

TASKS = (automl_table.Classification, automl_table.Regression, automl_table.Forecasting,
         automl_image.ImageClassification, automl_image.ImageClassificationMultilabel,
         automl_image.ImageObjectDetection, automl_image.ImageInstanceSegmentation,
         automl_text.TextClassification, automl_text.TextClassificationMultilabel, automl_text.TextNer)


def by_task(envelope, tag):
    """The union of all tasks, each in an envelope: a function from a task's Spec to the Spec around it. `tag`: see ByType."""
    named = {word: task for task in TASKS for word in task.field("task").type.words}
    return OneOf(ByType("task", {word: Nested(envelope(task)) for word, task in named.items()}, tag=tag, fold=str,
                        wire={task.field("task").type.words[word]: word for word, task in named.items()}))
