"""How a connection authenticates: `authType` and `credentials` of the wire in one YAML mapping, told apart by `type`.

Secrets are sent and never printed.
"""

from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByType
from azext_ml.spec.types import Nested, OneOf, fold_snake


def _type(word, wire):
    return f.tag("authType", {word: wire}, "Kind of credentials.", case="snake", required=True)


def _secret(key, help):
    return f.text(f"credentials.{key}", help, required=True, show=False)


class Nobody(f.Spec):
    type = _type("none", "None")


class Login(f.Spec):
    type = _type("aad", "AAD")


class NobodyIsLogin(f.Spec):
    """Storage knows no access without credentials: the reader's login is meant."""

    type = _type("none", "AAD")


class Pat(f.Spec):
    type = _type("pat", "PAT")
    pat = _secret("pat", "Personal access token.")


class Sas(f.Spec):
    type = _type("sas", "SAS")
    sas_token = _secret("sas", "Shared access signature.")


class AccountKey(f.Spec):
    type = _type("account_key", "AccountKey")
    # Sent as the official client sends it, under the name that a shared access signature has.
    account_key = _secret("sas", "Key of the storage account.")


class UsernamePassword(f.Spec):
    type = _type("username_password", "UsernamePassword")
    username = f.text("credentials.username", "Name of the user.", required=True)
    password = _secret("password", "Password.")


class ManagedIdentity(f.Spec):
    type = _type("managed_identity", "ManagedIdentity")
    client_id = f.text("credentials.clientId", "Client id of the identity.")
    resource_id = f.text("credentials.resourceId", "ARM id of the identity.")
    credentials = f.constant("credentials", {})


class ServicePrincipal(f.Spec):
    type = _type("service_principal", "ServicePrincipal")
    client_id = f.text("credentials.clientId", "Client id of the service principal.", required=True)
    client_secret = _secret("clientSecret", "Secret of the service principal.")
    tenant_id = f.text("credentials.tenantId", "Tenant of the service principal.", required=True)


class AccessKey(f.Spec):
    type = _type("access_key", "AccessKey")
    access_key_id = f.text("credentials.accessKeyId", "Id of the access key.", required=True)
    secret_access_key = _secret("secretAccessKey", "Secret of the access key.")


class ApiKey(f.Spec):
    type = _type("api_key", "ApiKey")
    key = _secret("key", "API key.")


ALL = {"pat": Pat, "sas": Sas, "username_password": UsernamePassword, "managed_identity": ManagedIdentity,
       "service_principal": ServicePrincipal, "access_key": AccessKey, "api_key": ApiKey, "account_key": AccountKey,
       "aad": Login, "none": Nobody}
CREDENTIALS = OneOf(ByType("type", {word: Nested(spec) for word, spec in ALL.items()}, fold=fold_snake))      # of any connection
_WIRE = {spec.field("type").type.words[word]: word for word, spec in ALL.items()}


def credentials(cases, default, **kw):
    """The field. cases: word -> Spec; default: the word that none stand for."""
    choice = ByType("type", {word: Nested(spec) for word, spec in cases.items()}, tag="authType", wire=_WIRE, fold=fold_snake)
    return f.of(OneOf(choice), "properties", "How the service is opened.", default={"type": default} if default else None, **kw)
