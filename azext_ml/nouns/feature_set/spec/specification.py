"""Fields of the file FeatureSetSpec.yaml, which the service is also told as JSON text.

Field order is the order in that text.
"""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.types import Nested

FILE = "FeatureSetSpec.yaml"
COLUMN_TYPES = ("string", "integer", "long", "float", "double", "binary", "datetime", "boolean")


class Delay(f.Spec):
    days = f.number("Days", "Days.")
    hours = f.number("Hours", "Hours.")
    minutes = f.number("Minutes", "Minutes.")


class Timestamp(f.Spec):
    name = f.text("name", "Name of the column.", required=True)
    format = f.text("format", "How its values are written.")


class ProcessCode(f.Spec):
    path = f.text("path", "Folder with the code.", required=True)
    process_class = f.text("process_class", "Class that reads the source.", required=True)


def fits_type(value, at):
    kind = value.get("type")
    needed, refused = {
        "custom": (("timestamp_column", "source_process_code", "kwargs"), ("path",)),
        "featureset": (("path",), ("timestamp_column", "source_delay", "source_process_code")),
    }.get(kind, (("timestamp_column", "path"), ("source_process_code", "kwargs")))
    for key in needed:
        if not value.get(key):
            yield (), Fault(f"a source of type {kind} needs '{key}'", f"add '{key}:'")
    for key in refused:
        if value.get(key):
            yield (key,), Fault(f"a source of type {kind} has no '{key}'", "remove it")


class Source(f.Spec):
    checks = (fits_type,)

    type = f.text("type", "Kind of source: mltable, csv, parquet, deltaTable, featureset or custom.", required=True)
    path = f.text("path", "Where the data is.")
    timestamp_column = f.nested("timestampColumn", "Column with the time of each row.", Timestamp)
    source_delay = f.nested("sourceDelay", "How late the data may be.", Delay)
    source_process_code = f.nested("source_process_code", "Code that reads a custom source.", ProcessCode)
    kwargs = f.mapping(None, "Arguments of that code.", send=False)


class TransformationCode(f.Spec):
    path = f.text("Path", "Folder with the code.", required=True)
    transformer_class = f.text("TransformerClass", "Class that computes the features.")


class Feature(f.Spec):
    name = f.text("FeatureName", "Name.", required=True)
    type = f.text("DataType", "Type of its values.", required=True)
    description = f.text("Description", "Description.")
    tags = f.mapping("Tags", "Tags.")


class IndexColumn(f.Spec):
    name = f.text("ColumnName", "Name of the column.", required=True)
    type = f.enum("DataType", "Type of its values.", {word: word for word in COLUMN_TYPES}, required=True)


def has_index(value, at):
    kind = (value.get("source") or {}).get("type")
    if kind == "featureset" and value.get("index_columns"):
        yield ("index_columns",), Fault("a source of type featureset has no index columns of its own", "remove them")
    if kind and kind != "featureset" and not value.get("index_columns"):
        yield (), Fault(f"a source of type {kind} needs index columns", "add 'index_columns:'")


class FeatureSetSpec(f.Spec):
    checks = (has_index,)

    schema_ = f.schema()
    source = f.nested("source", "Where the data comes from.", Source, required=True)
    feature_transformation_code = f.nested("featureTransformationCode", "Code that computes the features.", TransformationCode)
    features = f.of(types.ListOf(Nested(Feature)), "features", "The features.", required=True)
    index_columns = f.listing("indexColumns", "Columns by which the features are joined.", Nested(IndexColumn))
    source_lookback = f.nested("sourceLookback", "How far back source data is read.", Delay)
    temporal_join_lookback = f.nested("temporalJoinLookback", "How far back features are joined.", Delay)
