"""Begins a noun: a folder with its card, spec and service, an entry in the registry of kinds, and tests of all of it.

    python tools/new_noun.py schedule --collection schedules --api-version 2023-06-01-preview
    python tools/new_noun.py component --collection components --api-version 2024-01-01-preview --versioned

What it writes works at once: `az ml <noun> create | show | list | update | delete` on the local workspace (of a --versioned
noun create, show, list, update, archive and restore). Nothing that is there already is changed but the registry.
"""

import argparse
import re
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

CARD = '''\
"""{Nouns}: TODO say what they are."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, name_of, show

CARD = Noun(
    "{noun}", "Manage {noun}s.", (
        create("{noun}", args=(FILE_OR_OPTIONS, SET), examples=(
            ("Create {a} {noun} from a YAML file.", "az ml {noun} create --file {folder}.yml"),)),
        show("{noun}", (), "az ml {noun} show --name my-{dashed}"),
        Verb("list", "azext_ml.verbs.list:list_", "List the {noun}s of a workspace.", (MAX_RESULTS,),
             examples=(("List the {noun}s of a workspace.", "az ml {noun} list --output table"),)),
        Verb("update", "azext_ml.verbs.update:update", "Update {a} {noun}.", (name_of("{noun}"),), update=True,
             examples=(("Add a tag to {a} {noun}.", "az ml {noun} update --name my-{dashed} --set tags.team=blue"),)),
        delete("{noun}", "The {noun} will be lost. Delete it?", "az ml {noun} delete --name my-{dashed} --yes"),
    ),
    collection="{collection}", api_version="{api_version}", kind="{folder}",
    columns=(("Name", "name"), ("Description", "description")))
'''

SPEC = '''\
"""Fields of {a} {noun}."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import CreationContext, Resource
from azext_ml.spec.types import Nested


class {Class}(Resource):
    description = f.text("properties.description", "Description.", update=True, arg="--description")
    tags = f.mapping("properties.tags", "Tags: key=value pairs.", sent={{"arm": {{}}}}, update=True, arg="--tags")
    creation_context = f.read_only("systemData", type=Nested(CreationContext))
'''

SERVICE = '''\
"""How the local workspace answers for {noun}s. Wire names: TODO name the source of every one that is used here."""

from azext_ml.local.resource import Resource


class {Classes}(Resource):
    collection = "{collection}"
    label = "{Noun}"

    def accept(self, tx, ws, name, body, old):
        """What the service fills in. All other fields are stored and echoed as they came."""
        properties = {{"description": None, "tags": {{}}, **body["properties"], "provisioningState": "Succeeded"}}
        return {{**body, "properties": properties}}, None


SERVICES = ({Classes},)
'''

VERSIONED_CARD = '''\
"""{Nouns}: TODO say what they are."""

from azext_ml.core.card import Noun
from azext_ml.core.standard import FILE_OR_OPTIONS, REGISTRY, SET, asset_verbs, create

CREATE = create("{noun}", args=(FILE_OR_OPTIONS, SET, REGISTRY), examples=(
    ("Create {a} {noun} from a YAML file.", "az ml {noun} create --file {folder}.yml"),))

CARD = Noun(
    "{noun}", "Manage {noun}s.", asset_verbs("{noun}", "my-{dashed}", CREATE),
    collection="{collection}", api_version="{api_version}", kind="{folder}", versioned=True,
    steps=("version", "upload"),
    columns=(("Name", "name"), ("Version", "version"), ("Latest", "latest_version"), ("Description", "description")))
'''

VERSIONED_SPEC = '''\
"""Fields of {a} {noun}."""

from azext_ml.spec.shapes.resource import Asset


class {Class}(Asset):
    """Name, version, description and tags come with every asset; what else it has goes here, one line a field."""
'''

VERSIONED_SERVICE = '''\
"""How the local workspace answers for {noun}s. Wire names: TODO name the source of every one that is used here."""

from azext_ml.local.resource import ASSET, Versioned


class {Classes}(Versioned):
    collection = "{collection}"
    label = "{Noun}"

    def accept(self, tx, ws, name, body, old):
        """What the service fills in. All other fields are stored and echoed as they came."""
        return {{**body, "properties": {{**ASSET, **body["properties"], "provisioningState": "Succeeded"}}}}, None


SERVICES = ({Classes},)
'''

YAML = '''\
name: my-{dashed}
description: The first one.
tags:
  team: green
'''

SCRIPT = '''\
az ml {noun} create --file {folder}.yml
az ml {noun} create --name other --description "From options."
az ml {noun} list -o table
az ml {noun} update --name my-{dashed} --set tags.team=blue
az ml {noun} show --name my-{dashed} --query tags.team -o tsv
= blue
az ml {noun} delete --name my-{dashed} --yes
!3 az ml {noun} show --name my-{dashed}
'''

VERSIONED_SCRIPT = '''\
az ml {noun} create --file {folder}.yml
az ml {noun} create --file {folder}.yml --description "A second version." --query version -o tsv
= 2
az ml {noun} list -o table
az ml {noun} update --name my-{dashed} --version 1 --set tags.team=blue
az ml {noun} show --name my-{dashed} --version 1 --query tags.team -o tsv
= blue
az ml {noun} archive --name my-{dashed} --version 2
az ml {noun} list --name my-{dashed} --query "[].version" -o tsv
= 1
az ml {noun} restore --name my-{dashed} --version 2
!3 az ml {noun} show --name nobody
'''

TEST = '''\
def test_what_is_put_is_shown(wire):
    assert wire.put("{collection}/first", {{"properties": {{"description": "d", "more": [1]}}}}).status == 201
    shown = wire.get("{collection}/FIRST")
    assert (shown.status, shown.body["name"]) == (200, "first")
    assert (shown.properties["description"], shown.properties["more"]) == ("d", [1])
    assert shown.properties["provisioningState"] == "Succeeded"
    assert wire.get("{collection}").names == ["first"]


def test_what_is_deleted_is_gone(wire):
    wire.put("{collection}/first", {{}})
    assert wire.delete("{collection}/first").status == 200
    assert wire.get("{collection}/first").status == 404
    assert wire.delete("{collection}/first").status == 204
'''

VERSIONED_TEST = '''\
def test_what_is_put_is_shown(wire):
    assert wire.put("{collection}/first/versions/1", {{"properties": {{"description": "d", "more": [1]}}}}).status == 201
    shown = wire.get("{collection}/FIRST/versions/1")
    assert (shown.status, shown.body["name"]) == (200, "1")
    assert (shown.properties["description"], shown.properties["more"]) == ("d", [1])


def test_the_container_counts(wire):
    wire.put("{collection}/first/versions/1", {{"properties": {{}}}})
    container = wire.get("{collection}/first").properties
    assert (container["latestVersion"], container["nextVersion"]) == ("1", "2")
'''


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("noun", help='as typed after `az ml`, such as "online-endpoint"')
    parser.add_argument("--collection", required=True, help="its collection in ids and addresses, such as onlineEndpoints")
    parser.add_argument("--api-version", required=True, help="what its requests carry")
    parser.add_argument("--versioned", action="store_true", help="a container with versions, as models are")
    parser.add_argument("--project", type=Path, default=PROJECT, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:[- ][a-z0-9]+)*", given.noun):
        parser.error(f"{given.noun!r} is not a noun: lower-case words with a dash or a blank between them")
    files = contents(given.noun, given.collection, given.api_version, given.versioned)
    there = [path for path in files if (given.project / path).exists()]
    if there:
        parser.error(f"{there[0]} is there already")
    for path, text in files.items():
        (given.project / path).parent.mkdir(parents=True, exist_ok=True)
        (given.project / path).write_text(text, encoding="utf-8")
        print(path)
    print(enter(given.project, given.noun))
    print(f"\nNext: the fields in spec.py, what the service does in service.py; `make golden` writes what the acceptance test "
          f"expects.\nTry it: azml {given.noun} create --help")


def contents(noun, collection, api_version, versioned=False):
    """{path below the project: text} of a new noun's files."""
    folder = folder_of(noun)
    words = folder.split("_")
    pascal = "".join(word.capitalize() for word in words)
    names = {"noun": noun, "folder": folder, "dashed": folder.replace("_", "-"), "a": "an" if noun[0] in "aeiou" else "a",
             "Noun": " ".join(words).capitalize(), "Nouns": " ".join(words).capitalize() + "s",
             "Class": pascal, "Classes": f"{pascal}s",
             "collection": collection, "api_version": api_version}
    card, spec, service, script, test = (
        (VERSIONED_CARD, VERSIONED_SPEC, VERSIONED_SERVICE, VERSIONED_SCRIPT, VERSIONED_TEST) if versioned else
        (CARD, SPEC, SERVICE, SCRIPT, TEST))
    templates = {
        f"azext_ml/nouns/{folder}/__init__.py": card, f"azext_ml/nouns/{folder}/spec.py": spec,
        f"azext_ml/nouns/{folder}/service.py": service, f"tests/nouns/{folder}/test_service.py": test,
        f"tests/acceptance/{folder}/verbs/script": script, f"tests/acceptance/{folder}/verbs/{folder}.yml": YAML}
    return {path: template.format(**names) for path, template in templates.items()}


def enter(project, noun):
    """Adds the kind to spec/registry.py, and returns the line."""
    path, folder = project / "azext_ml" / "spec" / "registry.py", folder_of(noun)
    text = path.read_text(encoding="utf-8")
    line = f'    "{folder}": "azext_ml.nouns.{folder}.spec:{"".join(word.capitalize() for word in folder.split("_"))}",\n'
    end = text.index("}\n", text.index("KINDS = {"))
    path.write_text(text[:end] + line + text[end:], encoding="utf-8")
    return f"azext_ml/spec/registry.py: {line.strip()}"


def folder_of(noun):
    return re.sub("[- ]", "_", noun)


if __name__ == "__main__":
    sys.exit(main())
