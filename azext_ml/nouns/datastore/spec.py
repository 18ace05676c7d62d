"""Fields of a datastore, by type of storage.

Credentials carry no `type` in YAML: the keys tell. Secrets are sent and never printed.
"""

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByType
from azext_ml.spec.shapes.resource import Resource
from azext_ml.spec.types import Nested, OneOf

AUTHORITY = "https://login.microsoftonline.com"


def _kind(word):
    """credentialsType and secretsType, which the service wants both."""
    return (f.constant("credentialsType", word),
            f.constant("secrets.secretsType", word))


class NoCredentials(f.Spec):
    """Identity-based access."""

    kind = f.constant("credentialsType", "None")


class AccountKey(f.Spec):
    kind, secrets = _kind("AccountKey")
    account_key = f.text("secrets.key", "Key of the storage account.", required=True, show=False)


class SasToken(f.Spec):
    kind, secrets = _kind("Sas")
    sas_token = f.text("secrets.sasToken", "Shared access signature.", required=True, show=False)


class Principal(f.Spec):
    tenant_id = f.text("tenantId", "Tenant of the service principal.", required=True)
    client_id = f.text("clientId", "Client id of the service principal.", required=True)
    authority_url = f.text("authorityUrl", "Authority that issues its tokens.", default=AUTHORITY)
    resource_url = f.text("resourceUrl", "Resource that the tokens are for.")


class ServicePrincipal(Principal):
    kind, secrets = _kind("ServicePrincipal")
    client_secret = f.text("secrets.clientSecret", "Secret of the service principal.", required=True, show=False)


class Certificate(Principal):
    kind, secrets = _kind("Certificate")
    certificate = f.text("secrets.certificate", "Certificate of the service principal.", show=False)
    thumbprint = f.text("thumbprint", "Thumbprint of the certificate.", required=True)


class Kerberos(f.Spec):
    kerberos_realm = f.text("kerberosRealm", "Realm.", required=True)
    kerberos_kdc_address = f.text("kerberosKdcAddress", "Address of the key distribution center.", required=True)
    kerberos_principal = f.text("kerberosPrincipal", "Principal.", required=True)


class KerberosPassword(Kerberos):
    kind, secrets = _kind("KerberosPassword")
    kerberos_password = f.text("secrets.kerberosPassword", "Password.", required=True, show=False)


class KerberosKeytab(Kerberos):
    kind, secrets = _kind("KerberosKeytab")
    kerberos_keytab = f.of(types.Base64(), "secrets.kerberosKeytab", "Keytab.", required=True, show=False)


_BY_WIRE = {"AccountKey": "account_key", "Sas": "sas_token", "ServicePrincipal": "client_secret", "Certificate": "thumbprint",
            "KerberosPassword": "kerberos_password", "KerberosKeytab": "kerberos_keytab"}


def credentials(cases, none=NoCredentials, **kw):
    return f.variants("properties.credentials", "How the storage is opened. None: with the identity of who reads it.",
                      ByKey({key: Nested(spec) for key, spec in cases.items()}, empty=Nested(none) if none else None,
                            wire=lambda wire, dialect: _BY_WIRE.get(wire.get("credentialsType"))), **kw)


_ACCOUNT = {"account_key": AccountKey, "sas_token": SasToken}
_PRINCIPAL = {"client_secret": ServicePrincipal, "thumbprint": Certificate, "certificate": Certificate}
_NONE = {"arm": {"credentialsType": "None"}}


class Store(Resource):
    description = f.text("properties.description", "Description.", update=True)
    tags = f.mapping("properties.tags", "Tags.", sent={"arm": {}}, update=True)


class Account(Store):
    account_name = f.text("properties.accountName", "Name of the storage account.", required=True)
    endpoint = f.text("properties.endpoint", "Domain of the storage service.", default="core.windows.net")
    protocol = f.text("properties.protocol", "https or wasbs.", default="https")


def _type(word, wire):
    return f.tag("properties.datastoreType", {word: wire}, "Kind of storage.", case="snake")


class AzureBlob(Account):
    type = _type("azure_blob", "AzureBlob")
    container_name = f.text("properties.containerName", "Blob container.", required=True)
    credentials = credentials(_ACCOUNT, sent=_NONE, update=True)


class AzureFile(Account):
    type = _type("azure_file", "AzureFile")
    file_share_name = f.text("properties.fileShareName", "File share.", required=True)
    credentials = credentials(_ACCOUNT, sent=_NONE, update=True)


class AzureDataLakeGen1(Store):
    type = _type("azure_data_lake_gen1", "AzureDataLakeGen1")
    store_name = f.text("properties.storeName", "Data lake store.", required=True)
    tags = f.mapping("properties.tags", "Tags.", types.Map(types.Anything()), sent={"arm": {}}, update=True)
    credentials = credentials(_PRINCIPAL, sent=_NONE, update=True)


class AzureDataLakeGen2(Account):
    type = _type("azure_data_lake_gen2", "AzureDataLakeGen2")
    filesystem = f.text("properties.filesystem", "File system of the data lake.", required=True)
    credentials = credentials(_PRINCIPAL, sent=_NONE, update=True)


class Artifact(f.Spec):
    name = f.text("artifactName", "Name or id of the lake house.", required=True)
    type = f.enum("artifactType", "Kind of artifact.", {"lake_house": "LakeHouse"}, case="snake", default="lake_house")


class OneLake(Store):
    type = _type("one_lake", "OneLake")
    one_lake_workspace_name = f.text("properties.oneLakeWorkspaceName", "Workspace in OneLake.", required=True)
    endpoint = f.text("properties.endpoint", "Domain of OneLake.", required=True)
    artifact = f.nested("properties.artifact", "What the datastore points to.", Artifact)
    credentials = credentials({"client_secret": ServicePrincipal}, sent=_NONE, update=True)


class Hdfs(Store):
    type = _type("hdfs", "Hdfs")
    name_node_address = f.text("properties.nameNodeAddress", "Address of the name node.", required=True)
    protocol = f.text("properties.protocol", "http or https.", default="http")
    hdfs_server_certificate = f.of(types.Base64(), "properties.hdfsServerCertificate", "Certificate of the server.", show=False)
    tags = f.mapping("properties.tags", "Tags.", types.Map(types.Anything()), sent={"arm": {}}, update=True)
    credentials = credentials({"kerberos_password": KerberosPassword, "kerberos_keytab": KerberosKeytab}, None, required=True)


Datastore = OneOf(ByType(
    "type", {"azure_blob": Nested(AzureBlob), "azure_file": Nested(AzureFile), "azure_data_lake_gen1": Nested(AzureDataLakeGen1),
             "azure_data_lake_gen2": Nested(AzureDataLakeGen2), "one_lake": Nested(OneLake), "hdfs": Nested(Hdfs)},
    tag="properties.datastoreType", fold=str))
