"""The body that parallel components and nodes share."""

import re

from azext_ml.spec import dialects, types
from azext_ml.spec import fields as f
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.shapes import job
from azext_ml.spec.shapes.command import ENVIRONMENT_IN_COMPONENT

_SIZES = {"": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30}


class MiniBatchSize(types.Text):
    """A number of files, or a size such as 10kb: text in a component, a number in a node."""

    wants = "a number of files, or a size such as 10kb"
    schema = {"type": ["string", "integer"], "pattern": r"^\s*[0-9]+\s*([kKmMgG][bB])?\s*$", "minimum": 0}

    def __init__(self):
        super().__init__(cast=True)

    def check(self, value):
        value = super().check(value)
        if not re.fullmatch(r"\s*\d+\s*([kmg]b)?\s*", value, re.I):
            raise Wrong(f"'{value}' is not {self.wants}")
        return value

    def enc(self, value, dialect, at):
        if dialect.name != "node":
            return value
        number, unit = re.fullmatch(r"\s*(\d+)\s*([kmg]b)?\s*", value, re.I).groups()
        return int(number) * _SIZES[(unit or "").lower()]

    def dec(self, wire, dialect, at):
        return str(wire)


class Keys(types.ListOf):
    """A list in YAML, JSON text on the wire."""

    def __init__(self):
        super().__init__(types.Text())

    def enc(self, value, dialect, at):
        import json  # rare
        return json.dumps(value)

    def dec(self, wire, dialect, at):
        import json  # rare
        return json.loads(wire) if isinstance(wire, str) else wire


class Task(f.Spec):
    show_empty = False
    type = f.enum("type", "Kind of task.", {word: word for word in ("run_function", "function", "model")}, required=True)
    code = f.of(types.Code(), "code", "Folder with the script.")
    entry_script = f.text("entry_script", "Script with init() and run().")
    program_arguments = f.text("program_arguments", "Arguments of the script.")
    model = f.text("model", "Model to run.")
    append_row_to = f.text("append_row_to", "Output that collects the rows.")
    environment = f.of(ENVIRONMENT_IN_COMPONENT, "environment", "Environment to run in.", required=True)


class Retry(f.Spec):
    max_retries = f.number("max_retries", "Most attempts.")
    timeout = f.number("timeout", "Seconds for one mini-batch.")


class ParallelBody(f.Spec):
    # A task is spelled as in a component, in a node too.
    task = f.of(types.In(dialects.component, types.Nested(Task)), "task", "What is run on each mini-batch.")
    mini_batch_size = f.of(MiniBatchSize(), "mini_batch_size", "Files or bytes of one mini-batch.")
    partition_keys = f.of(Keys(), "partition_keys", "Keys by which the data is split.")
    input_data = f.text("input_data", "Input that is split.")
    resources = f.nested("resources", "Instances and their settings.", job.Resources)
    retry_settings = f.nested("retry_settings", "Attempts at one mini-batch.", Retry)
    logging_level = f.enum("logging_level", "What is logged.", {word: word for word in ("DEBUG", "INFO", "WARNING")}, case="exact")
    max_concurrency_per_instance = f.number("max_concurrency_per_instance", "Processes on each instance.")
    error_threshold = f.number("error_threshold", "Failed files before the job fails; -1: any number.")
    mini_batch_error_threshold = f.number("mini_batch_error_threshold", "Failed mini-batches before the job fails; -1: any number.")
