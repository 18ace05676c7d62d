"""card.Arg to knack arguments, and parsed values back to what handlers take.

Every knack destination made from a card ends in an underscore. az registers global arguments by bare destination
(`deployment_name` gets a validator that invents a name, `location` az's own help), and argparse uses `func` and `command`:
none of these may meet an option of ours.
"""

import argparse
import os
from functools import lru_cache

from knack.arguments import CLICommandArgument, enum_choice_list

GROUP, WORKSPACE = "resource_group_name", "workspace_name"
_CHANGES = "changes_"
_CONFIGURED = {"location": "location", "registry_name": "registry"}    # destination -> name in [defaults]


def arguments(noun, verb):
    """(destination, CLICommandArgument) pairs of one command, as knack's argument loaders return them."""
    found = []
    if verb.scope in ("workspace", "group"):
        found.append(CLICommandArgument(GROUP, options_list=["--resource-group", "-g"]))
    if verb.scope == "workspace":
        found.append(CLICommandArgument(WORKSPACE, options_list=["--workspace-name", "-w"]))
    found += [_argument(arg) for arg in args_of(noun, verb)]
    if verb.update:
        found += _change_arguments()
    return [(argument.name, argument) for argument in found]


def args_of(noun, verb):
    """The card.Arg of one verb, with those that its spec gives."""
    if not verb.spec_args:
        return verb.args
    own = {arg.dest for arg in verb.args}
    return verb.args + tuple(arg for arg in _spec_args(noun.kind) if arg.dest not in own)


@lru_cache
def _spec_args(kind):
    from azext_ml.spec.args import spec_args
    return tuple(spec_args(kind))


def register(loader, command, noun, verb):
    """Configured defaults and the marks that warn when an argument is used: knack takes these from its registry only."""
    with loader.argument_context(command) as context:
        if verb.scope in ("workspace", "group"):
            context.argument(GROUP, help=loader.door.words(_GROUP_HELP))
        if verb.scope == "workspace":
            context.argument(WORKSPACE, help=loader.door.words(_WORKSPACE_HELP), configured_default="workspace")
        for arg in args_of(noun, verb):
            settings = {}
            if arg.dest in _CONFIGURED:
                settings["configured_default"] = _CONFIGURED[arg.dest]
            if arg.preview:
                settings["is_preview"] = True
            if arg.deprecated:
                settings["deprecate_info"] = context.deprecate(target=arg.options[0], redirect=arg.deprecated)
            if settings:
                made = _argument(arg)
                context.argument(made.name, options_list=list(arg.options),
                                 **{"action": made.options["action"], **settings} if "action" in made.options else settings)


def values(noun, verb, parsed):
    """Keyword arguments of the handler from knack's parsed `parsed`; -g and -w are left out."""
    taken = {arg.dest: plain(parsed.get(f"{arg.dest}_")) for arg in args_of(noun, verb)}
    if verb.no_wait:
        taken["no_wait"] = bool(parsed.get("no_wait"))
    if verb.update:
        taken["change"] = change(parsed.get(_CHANGES) or (), bool(parsed.get("force_string_")))
    return taken


def plain(value):
    """Without knack's marks: a default that knack made prints as `{"isDefault": true}`."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    for kind in (str, int):
        if isinstance(value, kind) and type(value) not in (kind, bool):
            return kind(value)
    return value


def change(steps, force_string):
    """The function dict -> dict that --set, --add and --remove ask for, in the order in which they were written.

    Syntax, paths and conversions are az's own (azure.cli.core.commands.arm). UsageError when a step cannot be done.
    """
    def changed(document):
        if not steps:
            return document
        from copy import deepcopy

        from azure.cli.core.commands import arm
        from knack.util import CLIError

        from azext_ml.core.errors import UsageError
        document = deepcopy(document)
        for option, words in steps:
            try:
                if option == "--set":
                    for word in words:
                        arm.set_properties(document, word, force_string)
                elif option == "--add":
                    arm.add_properties(document, words, force_string)
                else:
                    arm.remove_properties(document, words)
            except CLIError as error:
                raise UsageError(f"{option} {' '.join(words)}: {error}") from error
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                usage = {"--set": arm.set_usage, "--add": arm.add_usage, "--remove": arm.remove_usage}[option]
                raise UsageError(f"{option} {' '.join(words)}: there is no such place, or it is not a list.",
                                 fix=f"Write it as {usage}.") from error
        return document
    return changed


class Pairs(argparse.Action):
    """`a=b c=d` to a dict; several uses add up. A word without `=` is a key with an empty value, as in az's --tags."""

    def __call__(self, parser, namespace, words, option_string=None):
        pairs = dict(getattr(namespace, self.dest, None) or {})
        pairs.update((word.split("=", 1) if "=" in word else (word, "")) for word in words if word)
        setattr(namespace, self.dest, pairs)


class Words(argparse.Action):
    """A list; several uses add up."""

    def __call__(self, parser, namespace, words, option_string=None):
        setattr(namespace, self.dest, [*(getattr(namespace, self.dest, None) or ()), *words])


class Steps(argparse.Action):
    """--set, --add and --remove into one list, which keeps their order."""

    def __call__(self, parser, namespace, words, option_string=None):
        setattr(namespace, _CHANGES, [*(getattr(namespace, _CHANGES, None) or ()), (self.option_strings[0], words)])


def _argument(arg):
    settings = {"help": arg.help, "required": arg.required, "arg_group": arg.group, **_kind(arg)}
    if arg.default is not None:
        settings["default"] = arg.default
    if arg.choices:
        settings.update(enum_choice_list(arg.choices))
    if arg.completes:
        settings["completer"] = _names(arg.completes)
    made = CLICommandArgument(f"{arg.dest}_", options_list=list(arg.options), **settings)
    if not arg.options:
        made.type.settings["options_list"] = []
        made.type.settings["metavar"] = f"<{arg.dest.upper()}>"
    return made


def _kind(arg):
    """argparse settings of a card's type."""
    if arg.type == "int":
        return {"type": int}
    if arg.type == "number":
        return {"type": float}
    if arg.type == "flag":
        return {"action": "store_true"}
    if arg.type == "three_state":
        from azure.cli.core.commands.parameters import get_three_state_flag
        return get_three_state_flag().settings
    if arg.type == "file":
        from argcomplete.completers import FilesCompleter
        return {"type": os.path.expanduser, "completer": FilesCompleter()}
    if arg.type == "folder":
        from argcomplete.completers import DirectoriesCompleter
        return {"type": os.path.expanduser, "completer": DirectoriesCompleter()}
    if arg.type == "pairs":
        return {"nargs": "*", "action": Pairs}
    if arg.type == "list":
        return {"nargs": "+" if arg.options else "*", "action": Words}
    return {}


def _change_arguments():
    """--set, --add, --remove and --force-string as az's own generic update has them."""
    group, help_of = "Generic Update", {
        "--set": ("KEY=VALUE", "Update the object by a property path and a value, such as `--set tags.team=blue`."),
        "--add": ("LIST KEY=VALUE", "Add to a list by a path and an object of key=value pairs or a JSON text."),
        "--remove": ("LIST INDEX", "Remove a property, or an element of a list, such as `--remove tags.team`.")}
    made = [CLICommandArgument(f"{option[2:]}_", options_list=[option], nargs="+", action=Steps, metavar=metavar, help=about,
                               arg_group=group) for option, (metavar, about) in help_of.items()]
    return made + [CLICommandArgument("force_string_", options_list=["--force-string"], action="store_true", arg_group=group,
                                      help="With --set and --add, keep text as text instead of reading it as JSON.")]


def _names(kind):
    from azure.cli.core.decorators import Completer

    @Completer
    def names(cmd, prefix, namespace, **_):
        from azext_ml.cli.run import names
        return names(cmd, namespace, kind)
    return names


_GROUP_HELP = "Name of the resource group. Set a default with `az configure --defaults group=<name>`."
_WORKSPACE_HELP = "Name of the workspace. Set a default with `az configure --defaults workspace=<name>`."
