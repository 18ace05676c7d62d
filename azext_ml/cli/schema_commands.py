"""`az ml schema`: the JSON Schemas of the YAML files, for editors and other tools."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.errors import NotFound

_HERE = "azext_ml.cli.schema_commands:"

CARD = Noun("schema", "Get the JSON Schemas of YAML specifications.", (
    Verb("list", _HERE + "list_", "List the schemas.", offline=True, scope="none", columns=(("Name", "name"), ("Noun", "noun")),
         examples=(("List the schemas.", "az ml schema list -o table"),)),
    Verb("show", _HERE + "show", "Show one schema, complete in itself.", offline=True, scope="none",
         args=(Arg("name", ("--name", "-n"), "Name as in a file's `$schema`, such as commandJob.", required=True),),
         examples=(("Save the schema of pipeline jobs.", "az ml schema show --name pipelineJob > pipelineJob.schema.json"),)),
    Verb("export", _HERE + "export", "Write all schemas to a folder, for an editor.", offline=True, scope="none",
         args=(Arg("path", ("--path", "-p"), "Folder to write to. It is made if need be.", "folder", default="schemas"),),
         examples=(("Write them beside your specifications.", "az ml schema export --path .azureml/schemas"),))))


def list_(noun):
    """Rows {name, noun}."""
    from azext_ml.spec import kinds
    return [{"name": base, "noun": kinds.root_of(base).replace("_", "-")} for base in kinds.SCHEMAS]


def show(noun, name):
    """The schema as a dict. NotFound, with the nearest name."""
    from azext_ml.spec import jsonschema, kinds
    from azext_ml.spec.diagnostics import nearest
    base = {known.lower(): known for known in kinds.SCHEMAS}.get(name.lower().removesuffix(".json").removesuffix(".schema"))
    if base is None:
        near = nearest(name, kinds.SCHEMAS)
        raise NotFound(f"There is no schema '{name}'.",
                       fix=f"Did you mean '{near}'?" if near else "`az ml schema list` names them.")
    return jsonschema.document(kinds.spec_of(base), base)


def export(noun, path="schemas"):
    """Writes NAME.schema.json files; they refer to each other. Returns where they are."""
    import json
    import os

    from azext_ml.spec import jsonschema
    os.makedirs(path, exist_ok=True)
    written = []
    for base, made in jsonschema.documents().items():
        file = os.path.join(path, f"{base}.schema.json")
        with open(file, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
        written.append(file)
    return {"folder": os.path.abspath(path), "files": len(written)}
