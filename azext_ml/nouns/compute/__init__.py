"""Computes: what jobs run on."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, MAX_RESULTS, SET, create, delete, show

TYPES = ("amlcompute", "computeinstance", "kubernetes", "virtualmachine", "synapsespark")
IDENTITY = Arg("identity_type", ("--identity-type",), "Identity of the machines.", choices=("SystemAssigned", "UserAssigned"))
IDENTITIES = Arg("user_assigned_identities", ("--user-assigned-identities", "-i"),
                 "ARM ids of identities, with commas between them.",
                 "list")
CARD = Noun(
    "compute", "Manage computes.", (
        create("compute", args=(FILE_OR_OPTIONS, SET, IDENTITY, IDENTITIES), no_wait=True,
               handler="azext_ml.nouns.compute.commands:create", examples=(
            ("Create a cluster of up to two nodes.", "az ml compute create --name my-cluster --type amlcompute --max-instances 2"),
            ("Create one as a YAML file describes it.", "az ml compute create --file compute.yml"))),
        show("compute", (), "az ml compute show --name my-cluster"),
        Verb("list", "azext_ml.nouns.compute.commands:list_", "List the computes of a workspace.",
             (MAX_RESULTS, Arg("type", ("--type",), "List computes of this type only.", choices=TYPES)),
             examples=(("List the computes of a workspace.", "az ml compute list --output table"),
                       ("List the clusters only.", "az ml compute list --type amlcompute"))),
        delete("compute", "The compute and everything stored on its own disks will be lost. Delete it?",
               "az ml compute delete --name my-cluster --yes", no_wait=True, handler="azext_ml.nouns.compute.commands:delete"),
    ),
    collection="computes", api_version="2023-08-01-preview", kind="compute", long=True,
    columns=(("Name", "name"), ("Type", "type"), ("Size", "size"), ("Min", "min_instances"), ("Max", "max_instances"),
             ("State", "provisioning_state")))
