"""Components that transfer data, told apart by `task`."""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.shapes.component import Component, PortName
from azext_ml.spec.shapes.data_transfer import COPY_MODES, one_output
from azext_ml.spec.types import Nested, OneOf


def _task(word, help):
    return f.enum("task", help, {word: word}, required=True)


class TransferComponent(Component):
    type = f.tag("type", "data_transfer", "Transfer of data.")


class CopyComponent(TransferComponent):
    checks = (one_output,)
    task = _task("copy_data", "Copy data between datastores.")
    data_copy_mode = f.enum("data_copy_mode", "What is done when a file is there already.", {word: word for word in COPY_MODES})


class AnonymousCopyComponent(CopyComponent):
    """Taken in by a node: it has no name of its own."""

    name = f.read_only("name", show=False)


class Place(f.Spec):
    type = f.enum("type", "Database, or storage of files.", {"database": "database", "file_system": "file_system"}, required=True)


def _ports(words, help):
    class Port(f.Spec):
        type = f.enum("type", help, {word: word for word in words}, required=True)
    return types.Map(Nested(Port), keys=PortName())


class ImportDataComponent(TransferComponent):
    task = _task("import_data", "Import data from elsewhere.")
    source = f.nested("source", "Where the data is.", Place, required=True)
    outputs = f.of(_ports(("mltable", "uri_folder"), "Kind of data."), "outputs", "What it writes.", default={"sink": {"type": "mltable"}})


class ExportDataComponent(TransferComponent):
    task = _task("export_data", "Export data to elsewhere.")
    sink = f.nested("sink", "Where the data goes.", Place, required=True)
    inputs = f.of(_ports(("uri_file", "uri_folder"), "Kind of data."), "inputs", "What it reads.")


DataTransferComponent = OneOf(ByType("task", {"copy_data": Nested("data_copy_component"), "import_data": Nested(ImportDataComponent),
                                              "export_data": Nested(ExportDataComponent)}))
