"""The body that Spark jobs, components and nodes share."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey
from azext_ml.spec.shapes.command import CODE, ENVIRONMENT
from azext_ml.spec.types import Nested, OneOf

SIZES = ("standard_e4s_v3", "standard_e8s_v3", "standard_e16s_v3", "standard_e32s_v3", "standard_e64s_v3")


class EntryFile(f.Spec):
    kind = f.tag("sparkJobEntryType", "SparkJobPythonEntry", const="SparkJobPythonEntry", component=f.ABSENT)
    file = f.text("file", "Python file in the code.", required=True)


class EntryClass(f.Spec):
    kind = f.tag("sparkJobEntryType", "SparkJobScalaEntry", const="SparkJobScalaEntry", component=f.ABSENT)
    class_name = f.text("className", "Class in the jars.", required=True)


ENTRY = OneOf(ByKey({"file": Nested(EntryFile), "class_name": Nested(EntryClass)},
                    wire=lambda wire, dialect: "file" if "file" in wire else "class_name"))


class Conf(types.Map):
    """Settings of Spark: text in a job, as written elsewhere. A node also states the executors that it starts with."""

    def __init__(self):
        super().__init__(types.Anything())

    def enc(self, value, dialect, at):
        if dialect.name == "arm":
            return {key: str(item) for key, item in value.items()}
        if dialect.name == "node" and str(value.get("spark.dynamicAllocation.enabled")).lower() == "true":
            return {"spark.executor.instances": value.get("spark.dynamicAllocation.minExecutors"), **value}
        return value

    def dec(self, wire, dialect, at):
        return {key: int(item) if isinstance(item, str) and item.isdigit() else item for key, item in wire.items()}


class SparkResources(f.Spec):
    instance_type = f.enum("instanceType", "Size of an instance.", {size: size for size in SIZES}, required=True)
    runtime_version = f.of(types.Text(cast=True), "runtimeVersion", "Version of Spark.", required=True)


class SparkBody(f.Spec):
    code = f.of(CODE, "codeId", "Folder with the code.")
    environment = f.of(ENVIRONMENT, "environmentId", "Environment to run in.")
    entry = f.variants("entry", "What is run.", ENTRY.choice, required=True)
    py_files = f.listing("pyFiles", "Python files and archives on the path.")
    jars = f.listing("jars", "Jars on the class path.")
    files = f.listing("files", "Files in the working directory of each executor.")
    archives = f.listing("archives", "Archives that are unpacked there.")
    conf = f.of(Conf(), "conf", "Settings of Spark.")
    args = f.text("args", "Arguments of the entry.")
