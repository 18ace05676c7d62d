"""Connections to services that take an API key or, where they know it, the login of who uses them."""

from azext_ml.nouns.connection.spec.connection import Connection, category
from azext_ml.nouns.connection.spec.credentials import ALL, credentials
from azext_ml.spec import fields as f
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.fields import NOTHING


def _key(at):
    """The API key, wherever it is written; None for a login."""
    written = at.me.get("credentials") or {}
    return at.me.get("api_key") or (written.get("key") if written.get("type") == "api_key" else None)


def usable_credentials(value, at):
    kind = (value.get("credentials") or {}).get("type")
    if value.get("api_key") and kind or kind not in (None, "api_key", "aad", "none"):
        used = "the key in 'api_key'" if value.get("api_key") else "the login of who uses the connection"
        yield ("credentials",), Fault(f"are not used: this kind of connection takes {used}", "remove them", severity="warning")


def has_key(value, at):
    if value.get("api_key") == "":
        yield ("api_key",), Fault("is empty, and this kind of connection has nothing else to authenticate with", "give the key")


class Service(Connection):
    """Key or login."""

    checks: f.Checks = (usable_credentials,)

    api_key = f.text("properties.credentials.key", "API key. Without one the login of who uses the connection is taken.",
                     send=False, show=False)
    credentials = credentials(ALL, None, send=False)
    auth = f.constant("properties.authType", lambda at: "ApiKey" if _key(at) else "AAD")
    key = f.constant("properties.credentials.key", lambda at: _key(at) or NOTHING)


class KeyService(Service):
    """Key only."""

    checks = (usable_credentials, has_key)

    api_key = f.text("properties.credentials.key", "API key.", required=True, send=False, show=False)


def _address(help):
    """The target under a name of its own; then `target` itself is ignored, as by the official client."""
    return (f.text("properties.target", help, required=True),
            f.text("properties.target", "The same, printed for all connections alike; ignored in a file.", send=False))


class AzureOpenAI(Service):
    type = category({"azure_open_ai": "AzureOpenAi"})
    azure_endpoint, target = _address("Address of the Azure OpenAI resource.")
    api_version = f.text("properties.metadata.ApiVersion", "Version of its API.", sent={"arm": None})
    open_ai_resource_id = f.text("properties.metadata.ResourceId", "ARM id of the Azure OpenAI resource.", sent={"arm": None})
    api_type = f.constant("properties.metadata.ApiType", "Azure")


class AzureAIServices(Service):
    type = category({"azure_ai_services": "AIServices"})
    endpoint, target = _address("Address of the AI services resource.")
    ai_services_resource_id = f.text("properties.metadata.ResourceId", "ARM id of the AI services resource.", required=True)


class AzureAISearch(Service):
    type = category({"azure_ai_search": "CognitiveSearch"})
    endpoint, target = _address("Address of the search service.")


class AzureContentSafety(Service):
    type = category({"azure_content_safety": "CognitiveService"})
    endpoint, target = _address("Address of the content safety service.")
    kind = f.constant("properties.metadata.Kind", "Content Safety")


class AzureSpeechServices(Service):
    type = category({"azure_speech_services": "CognitiveService"})
    endpoint, target = _address("Address of the speech service.")
    kind = f.constant("properties.metadata.Kind", "speech")


class ApiKeyService(KeyService):
    type = category({"api_key": "ApiKey"})
    api_base, target = _address("Address of the service.")


class Serverless(KeyService):
    type = category({"serverless": "Serverless"})
    endpoint, target = _address("Address of the serverless endpoint.")


class OpenAI(KeyService):
    type = category({"open_ai": "OpenAi"})
    target = f.text("properties.target", "Address, where it is not OpenAI's own.")


class Serp(KeyService):
    type = category({"serp": "Serp"})
    target = f.text("properties.target", "Address, where it is not Serp's own.")
