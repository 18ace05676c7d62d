"""Credentials that need no library."""

from azure.core.credentials import AccessToken

_NEVER = 253402300799           # the end of the year 9999, in seconds since the epoch


class StaticToken:
    """A ready bearer token (AZURE_ML_ACCESS_TOKEN), the same for every audience. When it expires the service says so."""

    def __init__(self, token):
        self._token = token

    def get_token(self, *scopes, **options):
        return AccessToken(self._token, _NEVER)


def tenant_of(credential, scope):
    """The tenant that a credential's token for `scope` was issued by; None without a credential, or when the token does not say."""
    import base64  # start-up: only when something is printed that names the tenant
    import json

    if credential is None:
        return None
    try:
        claims = credential.get_token(scope).token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))).get("tid")
    except (IndexError, ValueError, AttributeError):
        return None
