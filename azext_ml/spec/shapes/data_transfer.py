"""Transfer of data: copies between datastores, imports from elsewhere, exports to databases. As nodes and as components."""

from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.nodes import ComponentRef, InPlace, Node, Placed, component, either, source
from azext_ml.spec.types import Nested, OneOf

COPY_MODES = ("merge_with_overwrite", "fail_if_conflict")
BUILT_IN = "azureml://registries/azureml/components"      # components of the service itself


class StoredParameter(f.Spec):
    name = f.text("name", "Name of the parameter.")
    value = f.text("value", "Its value.")
    type = f.text("type", "Its type.")


class Database(f.Spec):
    """What is read of a database, or written to it."""

    type = f.enum("sourceType", "A database.", {"database": "database"}, required=True)
    connection = f.text(None, "Connection to it.", required=True)
    query = f.text(None, "Query whose rows are read.")
    table_name = f.text(None, "Table.")
    stored_procedure = f.text(None, "Stored procedure whose rows are read.")
    stored_procedure_params = f.listing(None, "Its parameters.", Nested(StoredParameter))


class FileSystem(f.Spec):
    """Files of a storage."""

    type = f.enum("sourceType", "A storage of files.", {"file_system": "file_system"}, required=True)
    connection = f.text(None, "Connection to it.", required=True)
    path = f.text(None, "Path in the storage.")


SOURCE = OneOf(ByType("type", {"database": Nested(Database), "file_system": Nested(FileSystem)}, tag="sourceType"))


def _task(word, help):
    return f.enum("task", help, {word: word}, required=True)


class Transfer(Placed):
    type = f.tag("type", "data_transfer", "Transfer of data.")
    identity = None


class CopyNode(Node, shapes=[Transfer]):
    copies = ("data_copy_mode",)
    task = _task("copy_data", "Copy data between datastores.")
    component_ = component("data_copy_component")
    source = source()
    data_copy_mode = f.enum(None, "What is done when a file is there already.", {word: word for word in COPY_MODES}, show=False)


def one_output(value, at):
    if len(value.get("outputs") or {}) != 1:
        yield ("outputs",) if value.get("outputs") else (), Fault(
            f"a copy has one output, not {len(value.get('outputs') or {})}", "give exactly one below 'outputs:'")


def some_input(value, at):
    if not value.get("inputs"):
        yield (), Fault("a copy has nothing to copy", "add 'inputs:'")


class InlineCopy(Node, shapes=[InPlace, Transfer]):
    component, node = "data_copy_component", "data_copy_node"
    keep_unknown = False
    checks = (some_input, one_output)
    task = _task("copy_data", "Copy data between datastores.")
    data_copy_mode = f.enum(None, "What is done when a file is there already.", {word: word for word in COPY_MODES})


class Import(Node, shapes=[Transfer]):
    task = _task("import_data", "Import data from elsewhere.")
    source = f.of(SOURCE, "source", "Where the data is.", required=True)


class ImportNode(Import):
    component_ = f.of(ComponentRef(), "componentId", "Component of the import: a reference.", key="component", required=True,
                      node="componentId")
    origin = source()


class Export(Node, shapes=[Transfer]):
    task = _task("export_data", "Export data to a database.")
    sink = f.of(SOURCE, "sink", "Where the data goes.", required=True)


class ExportNode(Export):
    component_ = f.of(ComponentRef(), "componentId", "Component of the export: a reference.", key="component", required=True,
                      node="componentId")
    origin = source()


class BuiltIn(f.Spec):
    """Without a component of its own: the service has one for each kind of source and sink."""

    origin = f.constant("_source", "BUILTIN")
    built_in = f.constant("componentId", lambda at: f"{BUILT_IN}/{at.me['task']}_"
                          f"{(at.me.get('source') or at.me['sink'])['type']}/versions/0.0.1")


class BuiltInImport(Import, shapes=[BuiltIn]):
    keep_unknown = False


def to_database(value, at):
    if (value.get("sink") or {}).get("type") == "file_system":
        yield ("sink", "type"), Fault("files cannot be exported to a storage: the service has no component for it", "name a 'component'")


class BuiltInExport(Export, shapes=[BuiltIn]):
    keep_unknown = False
    checks = (to_database,)


DataTransfer = OneOf(ByType("task", {"copy_data": either("data_copy_node", InlineCopy), "import_data": either(ImportNode, BuiltInImport),
                                     "export_data": either(ExportNode, BuiltInExport)}))
