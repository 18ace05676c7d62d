"""`azml configure` and `azml config`: az's own commands over az's own `config` file, for machines without az."""

import os

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.errors import NotFound, UsageError

_HERE = "azext_ml.cli.config_commands:"
_LOCAL = Arg("local", ("--local",), "Use the .azure/config of the working folder.", type="flag")

CONFIGURE = Noun("", "", (
    Verb("configure", _HERE + "configure", "Set and list the default group, workspace and so on.", offline=True, scope="none",
         args=(Arg("defaults", ("--defaults", "-d"), "Defaults as name=value; an empty value removes one.", type="list"),
               Arg("list_defaults", ("--list-defaults", "-l"), "List the defaults that are set.", type="three_state"),
               Arg("scope", ("--scope",), "Where defaults are kept: for the user, or in the working folder.", default="global",
                   choices=("global", "local"))),
         examples=(("Set the group and the workspace of all commands.",
                    "azml configure --defaults group=my-group workspace=my-workspace"),)),))

CONFIG = Noun("config", "Read and write settings.", (
    Verb("set", _HERE + "set_values", "Set values.", offline=True, scope="none",
         args=(Arg("values", (), "Values as section.name=value.", type="list"), _LOCAL),
         examples=(("Run everything on this machine.", "azml config set ml.backend=local"),)),
    Verb("get", _HERE + "get_values", "Show a value, a section or everything.", offline=True, scope="none",
         args=(Arg("key", (), "Section or section.name.", type="list"), _LOCAL),
         examples=(("Show which workspace commands go to.", "azml config get ml.backend"),)),
    Verb("unset", _HERE + "unset_values", "Remove values.", offline=True, scope="none",
         args=(Arg("keys", (), "Keys as section.name.", type="list"), _LOCAL),
         examples=(("Go back to the program's own backend.", "azml config unset ml.backend"),))))


def configure(noun, defaults=None, list_defaults=None, scope="global"):
    config = _config(scope == "local")
    if defaults:
        for word in defaults:
            name, value = _pair(word, "name=value")
            config.set_value(config.defaults_section_name, name, value)
        return None
    if list_defaults:
        return [item for item in config.items(config.defaults_section_name) if item["value"]]
    raise UsageError("Nothing to do was given.", fix="Use --defaults name=value or --list-defaults.")


def set_values(noun, values=None, local=False):
    config = _config(local)
    pairs = [_pair(word, "section.name=value") for word in values or ()]
    keys = [_key(name) for name, _ in pairs]
    if not keys:
        raise UsageError("No value was given.", fix="Write values as section.name=value.")
    for (section, name), (_, value) in zip(keys, pairs):
        config.set_value(section, name, value)


def get_values(noun, key=None, local=False):
    config = _config(local)
    if not key:
        return {section: config.items(section) for section in config.sections()}
    if len(key) > 1:
        raise UsageError("Only one key can be shown at a time.", fix="Give a section to show all of its values.")
    section, _, name = key[0].partition(".")
    items = config.items(section)
    if not name:
        return items
    for item in items:
        if item["name"] == name:
            return item
    raise NotFound(f"{key[0]} is not set.")


def unset_values(noun, keys=None, local=False):
    config = _config(local)
    if not keys:
        raise UsageError("No key was given.", fix="Write keys as section.name.")
    for section, name in [_key(key) for key in keys]:
        config.remove_option(section, name)


def _config(local):
    from azure.cli.core._config import ENV_VAR_PREFIX, GLOBAL_CONFIG_DIR
    from knack.config import CLIConfig
    os.makedirs(GLOBAL_CONFIG_DIR, exist_ok=True)
    return CLIConfig(config_dir=GLOBAL_CONFIG_DIR, config_env_var_prefix=ENV_VAR_PREFIX, use_local_config=local)


def _pair(word, form):
    name, sign, value = word.partition("=")
    if not sign:
        raise UsageError(f"{word!r} has no value.", fix=f"Write it as {form}.")
    return name, "" if value in ("''", '""') else value     # some shells pass the quotes of an empty text on; az drops them


def _key(name):
    section, dot, option = name.partition(".")
    if not dot or not section or not option:
        raise UsageError(f"{name!r} is not the name of a setting.", fix="Write it as section.name.")
    return section, option
