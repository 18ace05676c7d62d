"""The data that a monitor looks at, and the windows of time in which it does."""

from datetime import date

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.fields import NOTHING
from azext_ml.spec.shapes.io import INPUT_MODES, TABLE_MODES
from azext_ml.spec.types import Nested, OneOf

CONTEXT = {word: word for word in ("model_inputs", "model_outputs", "training", "test", "validation", "ground_truth")}
_DAYS = {"day": 1, "week": 7, "month": 30}


# ---- windows ---------------------------------------------------------------------------------------------------------

def period(at, times=1):
    """The time from one run of the monitor to the next, in days; a week where a cron expression tells."""
    trigger = at.root["trigger"]
    days = trigger["interval"] * _DAYS[trigger["frequency"]] if trigger.get("frequency") in _DAYS else 1 if "frequency" in trigger else 7
    return f"P{days * times}D"


class Span(types.Text):
    """A length of time. `default`: what the word `default` means, a function of a Where."""

    wants = "a length of time such as P7D"

    def __init__(self, default):
        super().__init__(r"default|P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?",
                         "write days as P7D, hours as PT12H, or 'default'")
        self.default = default

    def enc(self, value, dialect, at):
        return self.default(at) if value == "default" else value


class Day(types.Text):
    wants = "a day such as 2024-01-31"

    def check(self, value):
        try:
            date.fromisoformat(value)
        except (TypeError, ValueError):
            raise Wrong(f"{types.shown(value)} is not a day", f"give {self.wants}") from None
        return value

    def enc(self, value, dialect, at):
        return f"{value}T00:00:00.000Z"

    def dec(self, wire, dialect, at):
        return str(wire)[:len("2024-01-31")]


class Window(f.Spec):
    lookback_window_size = f.of(Span(period), "windowSize", "Length of the window; 'default': one period.", default="default")
    lookback_window_offset = f.of(Span(lambda at: "P0D"), "windowOffset", "How long before the run it ends.", default="P0D")


class EarlierWindow(f.Spec):
    lookback_window_size = f.of(Span(lambda at: period(at, 2)), "windowSize", "Length of the window; 'default': two periods.",
                                default="default")
    lookback_window_offset = f.of(Span(period), "windowOffset", "How long before the run it ends; 'default': one period.",
                                  default="P0D")


class FixedWindow(f.Spec):
    window_start = f.of(Day(), "windowStart", "First day.", required=True)
    window_end = f.of(Day(), "windowEnd", "Day on which it ends.", required=True)


REFERENCE_WINDOW = OneOf(ByKey({key: Nested(FixedWindow) for key in ("window_start", "window_end")}, Nested(EarlierWindow),
                               wire=lambda wire, dialect: "window_start" if "windowStart" in wire else None))


def _reference_kind(at):
    window = at.me.get("data_window")
    return "Fixed" if window is None else "Static" if "window_start" in window else "Trailing"


# ---- what is read ----------------------------------------------------------------------------------------------------

class Path(types.DataPath):
    """Where data is. A custom signal takes assets by their short names."""

    def __init__(self):
        super().__init__("data", show="long")

    def enc(self, value, dialect, at):
        if types.is_reference(value) and at.parent.parent.me.get("type") == "custom":
            return value.removeprefix("azureml:")
        return super().enc(value, dialect, at)


class Files(f.Spec):
    type = f.tag("jobInputType", {word: word for word in ("uri_folder", "uri_file")}, "Kind of data.", default="uri_folder")
    path = f.of(Path(), "uri", "Local path, datastore URI, address or azureml: reference.", required=True)
    mode = f.enum(None, "Ignored.", INPUT_MODES, send=False, show=False)
    path_on_compute = f.text(None, "Ignored.", send=False, show=False)
    datastore = f.text(None, "Datastore that a local path is uploaded to.", send=False, show=False)


class Table(Files):
    type = f.tag("jobInputType", "mltable", "An MLTable folder.")
    mode = f.enum(None, "Ignored.", TABLE_MODES, send=False, show=False)


class Input(Files):
    path = f.of(types.DataPath("data", show="long"), "uri", "Local path, datastore URI, address or azureml: reference.", required=True)
    mode = f.enum("mode", "How the data reaches the component.", INPUT_MODES)


class TableInput(Input):
    type = f.tag("jobInputType", "mltable", "An MLTable folder.")
    mode = f.enum("mode", "How the data reaches the component.", TABLE_MODES)


def _by_type(files, table):
    return OneOf(ByType("type", {"uri_folder": Nested(files), "uri_file": Nested(files), "mltable": Nested(table)},
                        default="uri_folder", tag="jobInputType"))


INPUT, _DATA = _by_type(Input, TableInput), _by_type(Files, Table)


class Preparation(types.Ref):
    """The component that prepares data for a window of time. Without one there is nothing to prepare."""

    def __init__(self):
        super().__init__("components", show="bare", plain=True)

    def verify(self, value, at):
        if at.me.get("data_window") is None:
            yield Fault("nothing is prepared without a window of time", "give data_window too", severity="warning")

    def enc(self, value, dialect, at):
        return NOTHING if at.me.get("data_window") is None else super().enc(value, dialect, at)


class Production(f.Spec):
    kind = f.constant("inputDataType", "Trailing")
    input_data = f.of(_DATA, "", "The data.", required=True)
    data_column_names = f.mapping("columns", "Columns by what they hold.")
    data_window = f.nested("", "The time that is looked at.", Window, default={})


class ModelData(Production):
    data_context = f.enum("dataContext", "What the data is to the model.", CONTEXT)
    pre_processing_component = f.of(types.Ref("components", show="bare", plain=True), "preprocessingComponentId",
                                    "Component that prepares the data.")


class Single(OneOf):
    """One value in YAML, a list of one on the wire."""

    def enc(self, value, dialect, at):
        return [value]

    def dec(self, wire, dialect, at):
        return wire[0] if wire else {}


ONE = Single(ByShape(mapping=Nested(ModelData)))


class AttributedData(ModelData):
    data_column_names = f.of(types.Map(types.Text(), keys=types.Enum(("prediction", "prediction_probability", "correlation_id"))),
                             "columns", "Columns by what they hold.")


class Reference(f.Spec):
    kind = f.constant("inputDataType", _reference_kind)
    input_data = f.of(_DATA, "", "The data.", required=True)
    data_context = f.enum("dataContext", "What the data is to the model.", CONTEXT)
    target_column_name = f.text("columns.target_column", "The same as target_column among data_column_names.", show=False)
    data_column_names = f.mapping("columns", "Columns by what they hold.")
    pre_processing_component = f.of(Preparation(), "preprocessingComponentId", "Component that prepares the data.")
    data_window = f.of(REFERENCE_WINDOW, "", "The time that is looked at; none: all of the data.", show_empty=False)
