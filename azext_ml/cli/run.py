"""One command: options in, the handler called with a workspace, its result or its failure out."""

from importlib import import_module

from azext_ml.cli import params


def run(noun, verb, door, parsed):
    """Calls the handler of `verb`. `parsed` is knack's dict of destinations, with the az command under `cmd`.

    Returns what the handler returns, as a dict, list or None: az imports 200 ms of msrest to look at any other iterable.
    """
    cmd = parsed["cmd"]
    try:
        options = params.values(noun, verb, parsed)
        module, function = verb.handler.split(":")
        handler = getattr(import_module(module), function)
        if verb.offline:
            result = handler(noun, **options)
        else:
            from azext_ml.cli.session import open_session
            name = options.pop("feature_store_name", None) or parsed.get(params.WORKSPACE)      # a feature store is a workspace
            workspace = open_session(cmd.cli_ctx, door, verb, parsed.get(params.GROUP), name, options.get("registry_name"))
            result = handler(workspace, noun, **options)
        return result if result is None or isinstance(result, (dict, list)) else _listed(result)
    except (Exception, KeyboardInterrupt) as error:
        from azext_ml.cli.failures import stop
        return stop(error, door)


def names(cmd, namespace, kind):
    """Names of the resources of noun `kind`, for tab completion. Nothing when they cannot be had."""
    from azext_ml.cli.table import cards
    try:
        from azext_ml.cli.session import open_session
        noun = next(card for card in cards([kind]) if card.name == kind)
        verb = next(verb for verb in noun.verbs if verb.name == "list")
        workspace = open_session(cmd.cli_ctx, cmd.loader.door, verb, getattr(namespace, params.GROUP, None),
                                 getattr(namespace, params.WORKSPACE, None), None, quiet=True)
        return [item["name"] for item in workspace.client.get(
            f"{workspace.scope}/{noun.collection}", api_version=noun.api_version)["value"]]
    except Exception:      # a completion must never print anything
        return []


def _listed(result):
    from collections.abc import Iterable
    return list(result) if isinstance(result, Iterable) and not isinstance(result, str) else result
