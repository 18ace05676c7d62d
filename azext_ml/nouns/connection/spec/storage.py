"""Connections to storage: without credentials the login of who reads is taken."""

import re

from azext_ml.nouns.connection.spec.connection import Connection, category
from azext_ml.nouns.connection.spec.credentials import (
    AccountKey,
    Login,
    ManagedIdentity,
    NobodyIsLogin,
    Sas,
    ServicePrincipal,
    credentials,
)
from azext_ml.spec import fields as f
from azext_ml.spec.diagnostics import Fault


class AzureDataLakeGen2(Connection):
    type = category({"azure_data_lake_gen2": "ADLSGen2"})
    credentials = credentials({"service_principal": ServicePrincipal, "managed_identity": ManagedIdentity, "aad": Login,
                               "none": NobodyIsLogin}, "aad")


class AzureBlob(Connection):
    type = category({"azure_blob": "AzureBlob"})
    url = f.text("properties.target", "Address of the container.", required=True)
    target = f.text("properties.target", "The same, printed for all connections alike; ignored in a file.", send=False)
    account_name = f.text("properties.metadata.AccountName", "Storage account.", required=True)
    container_name = f.text("properties.metadata.ContainerName", "Container.", required=True)
    credentials = credentials({"sas": Sas, "account_key": AccountKey, "aad": Login}, "aad")


class Artifact(f.Spec):
    type = f.enum("type", "Kind of artifact.", ("lake_house",), case="snake", required=True)
    name = f.text("name", "Name or id of the lake house.", required=True)


def _lake(at):
    """Address of a lake house from its parts. One that is named by id has no suffix."""
    name = at.me["artifact"]["name"]
    suffix = "" if re.fullmatch(r"[^-]{7,8}(-[^-]{4}){3}-[^-]{12}", name) else ".Lakehouse"
    return f"https://{at.me['endpoint']}/{at.me['one_lake_workspace_name']}/{name}{suffix}"


def whole_address(value, at):
    if value.get("target"):
        return
    for key in ("artifact", "endpoint", "one_lake_workspace_name"):
        if not value.get(key):
            yield (), Fault(f"names no target, and no '{key}' to make one of", f"add 'target:' or '{key}:'")


class OneLake(Connection):
    checks = (whole_address,)

    type = category({"azure_one_lake": "AzureOneLake"})
    target = f.text("properties.target", "Address of the lake house. In its place: artifact, endpoint and one_lake_workspace_name.",
                    default=_lake)
    artifact = f.nested(None, "What is connected to.", Artifact, send=False, show=False)
    endpoint = f.text("properties.target", "Domain of OneLake. Printed is the whole address.", send=False)
    one_lake_workspace_name = f.text(None, "Workspace in OneLake.", send=False, show=False)
    credentials = credentials({"service_principal": ServicePrincipal, "aad": Login}, "aad")
