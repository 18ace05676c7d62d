"""Datastores: storage that a workspace knows by name."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE, MAX_RESULTS, SET, create, delete, name_of, show

CARD = Noun(
    "datastore", "Manage datastores.", (
        create("datastore", args=(FILE, name_of("datastore", False), SET), spec_args=False, examples=(
            ("Create a datastore from a YAML file.", "az ml datastore create --file datastore.yml"),)),
        show("datastore", (), "az ml datastore show --name workspaceblobstore"),
        Verb("list", "azext_ml.verbs.list:list_", "List the datastores of a workspace.", (MAX_RESULTS,),
             examples=(("List the datastores of a workspace.", "az ml datastore list --output table"),)),
        delete("datastore", None, "az ml datastore delete --name my_store",
               details="The storage itself and what is in it stay as they are."),
    ),
    collection="datastores", api_version="2024-10-01-preview", kind="datastore", query=(("skipValidation", "true"),),
    columns=(("Name", "name"), ("Type", "type"), ("Account", "account_name"), ("Description", "description")))
