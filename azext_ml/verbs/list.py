"""`list`, for every noun: filters that the service knows go to it, the number of results is cut here."""

from itertools import islice

from azext_ml.core.errors import UsageError
from azext_ml.verbs.prepare import path_of, shown


def list_(ws, noun, name=None, max_results=None, archived_only=False, include_archived=False, registry_name=None, **filters):
    """Resources of a workspace: the containers of an asset, or with `name` its versions, newest first."""
    path = path_of(ws, noun, name) + "/versions" if name else path_of(ws, noun)
    query = {**view(archived_only, include_archived), **{key: value for key, value in filters.items() if value is not None}}
    items = ws.client.pages(path, api_version=noun.api_version, query=query)
    return cut((shown(noun.kind, item, ws) for item in items), max_results)


def view(archived_only, include_archived):
    """The listViewType that the two flags ask for; none for the service's own default."""
    if archived_only and include_archived:
        raise UsageError("Cannot give --archived-only and --include-archived together.", fix="Choose one of them.")
    return {"listViewType": "ArchivedOnly"} if archived_only else {"listViewType": "All"} if include_archived else {}


def cut(items, limit):
    """The first `limit` items (None: all) as a list."""
    if limit is not None and limit < 1:
        raise UsageError(f"--max-results must be at least 1, got {limit}.", fix="Leave it out to list all.")
    return list(islice(items, limit))
