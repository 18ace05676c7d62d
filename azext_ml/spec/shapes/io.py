"""Inputs and outputs of jobs."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.dialects import tag_key

INPUT_MODES = {"ro_mount": "ReadOnlyMount", "download": "Download", "direct": "Direct"}
TABLE_MODES = {**INPUT_MODES, "eval_mount": "EvalMount", "eval_download": "EvalDownload"}
SHOWN_MODES = {**TABLE_MODES, "mount": "ReadOnlyMount", "rw_mount": "ReadWriteMount", "upload": "Upload"}
OUTPUT_MODES = {"rw_mount": "ReadWriteMount", "mount": "ReadWriteMount", "upload": "Upload", "direct": "Direct"}
MODELS = ("custom_model", "mlflow_model", "triton_model")
TYPES = ("uri_folder", "uri_file", "mltable") + MODELS


class Literal(types.Type):
    """A value that a job is given as it is; text on the wire, made as Python's str() makes it."""

    wants = "text, a number, true or false"
    schema = {"type": ["string", "number", "boolean"]}

    def check(self, value):
        if value is None or isinstance(value, (dict, list)):
            raise Wrong(f"wants {self.wants}, got {types.shown(value)}")
        return value

    def enc(self, value, dialect, at):
        if dialect.literal == "bare":
            return value
        return {tag_key("jobInputType", dialect): "literal", "value": str(value)}

    def dec(self, wire, dialect, at):
        return wire.get("value") if isinstance(wire, dict) else wire


class Valued(Literal):
    """The same written as `{value: x}`."""

    schema = {"type": "object", "properties": {"value": {"description": "The value.", "type": ["string", "number", "boolean"]}},
              "required": ["value"], "additionalProperties": False}

    def check(self, value):
        for key in value:
            if key != "value":
                raise Wrong(f"unknown key '{key}'", "an input with 'value' has no other keys" if "value" in value else
                            "did you mean 'value'?", path=(key,), at_key=True)
        try:
            return super().check(value["value"])
        except Wrong as wrong:
            raise Wrong(wrong.fault.what, wrong.fault.fix, path=("value",)) from None


class DataInput(f.Spec):
    type = f.tag("jobInputType", {"uri_folder": "uri_folder", "uri_file": "uri_file"}, "Kind of data.", default="uri_folder")
    path = f.of(types.DataPath("data"), "uri", "Local path, datastore URI, address or azureml: reference.", required=True,
                node="uri")
    mode = f.enum("mode", "How the data reaches the job.", INPUT_MODES)
    path_on_compute = f.text("pathOnCompute", "Where the data appears on the compute.")
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False)


class TableInput(DataInput):
    type = f.tag("jobInputType", "mltable", "An MLTable folder.")
    mode = f.enum("mode", "How the data reaches the job.", TABLE_MODES)


class ModelInput(DataInput):
    type = f.tag("jobInputType", {name: name for name in MODELS}, "Format of the model.")
    path = f.of(types.DataPath("models"), "uri", "Local path, datastore URI or azureml: reference of a model.", required=True,
                node="uri")
    path_on_compute = None


_ASSETS = {"uri_folder": types.Nested(DataInput), "uri_file": types.Nested(DataInput), "mltable": types.Nested(TableInput),
           **{name: types.Nested(ModelInput) for name in MODELS}}

INPUT = types.OneOf(ByShape(
    scalar=Literal(),
    mapping=types.OneOf(ByKey({"value": Valued()},
                              default=types.OneOf(ByType("type", _ASSETS, default="uri_folder", tag="jobInputType")))),
    wire=lambda wire, dialect: "scalar" if not isinstance(wire, dict) or
    wire.get(tag_key("jobInputType", dialect)) == "literal" else "mapping",
    wants="a value, or a mapping with 'path'"))


class Output(f.Spec):
    type = f.tag("jobOutputType", {name: name for name in TYPES}, "Kind of result.", default="uri_folder")
    path = f.text("uri", "Datastore URI that the result is written to.", node="uri")
    mode = f.enum("mode", "How the result leaves the job.", OUTPUT_MODES)
    name = f.text("assetName", "Register the result as an asset of this name.")
    version = f.of(types.Text(cast=True), "assetVersion", "Version of that asset.")
    schema_ = f.schema()
