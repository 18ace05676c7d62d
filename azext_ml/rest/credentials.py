"""Credentials that need no library."""

from azure.core.credentials import AccessToken

_NEVER = 253402300799           # the end of the year 9999, in seconds since the epoch


class StaticToken:
    """A ready bearer token (AZURE_ML_ACCESS_TOKEN), the same for every audience. When it expires the service says so."""

    def __init__(self, token):
        self._token = token

    def get_token(self, *scopes, **options):
        return AccessToken(self._token, _NEVER)
