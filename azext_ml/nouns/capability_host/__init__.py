"""Capability hosts: what a hub or project needs to run agents."""

from azext_ml.core.card import Noun
from azext_ml.core.standard import FILE_OR_OPTIONS, SET, create, delete, show

CARD = Noun(
    "capability-host", "Manage the capability hosts of hubs and projects.", (
        create("capability-host", args=(FILE_OR_OPTIONS, SET), no_wait=True,
               handler="azext_ml.nouns.capability_host.commands:create",
               examples=(
                   ("Create a capability host in a hub.", "az ml capability-host create --name my-host --workspace-name my-hub"),
                   ("Create one from a YAML file.", "az ml capability-host create --file host.yml --workspace-name my-project"))),
        show("capability-host", (), "az ml capability-host show --name my-host --workspace-name my-hub"),
        delete("capability-host", None, "az ml capability-host delete --name my-host --workspace-name my-hub", no_wait=True),
    ),
    collection="capabilityHosts", api_version="2025-01-01-preview", kind="capability_host", long=True, preview=True,
    columns=(("Name", "name"), ("Kind", "capability_host_kind"), ("Description", "description")))
