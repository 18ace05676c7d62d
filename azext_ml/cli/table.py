"""Cards to knack commands. Everything that a command does not need to be listed or parsed is left for when it runs."""

import os
from importlib import import_module
from typing import NamedTuple


class Door(NamedTuple):
    """One of the two programs. `prefix`: words before the noun in the command table; `backend`: used when none is set."""

    program: str
    prefix: str
    backend: str

    def words(self, text):
        """`text` of a card or an error, whose commands are spelled as az's, as this door spells them."""
        if self.prefix:
            return text
        return text.replace("az ml ", f"{self.program} ").replace("az config", f"{self.program} config")


AZ = Door("az ml", "ml", "azure")
AZML = Door("azml", "", "local")


def add_commands(loader, args, door):
    """Registers the commands that `args`, the command line's words or None, may mean."""
    from azext_ml.cli.help import add_group
    words = [word.lower() for word in args or ()]
    if door.prefix:
        words = words[1:] if words[:1] == [door.prefix] else []
        add_group(door.prefix, ABOUT)
    loader.door, loader.cards = door, {}
    for noun in cards(words[:1]):
        group = f"{door.prefix} {noun.name}".strip()
        if noun.name:
            add_group(group, noun.summary)
        if noun.preview:
            loader.command_group(group, is_preview=True)
        for verb in noun.verbs:
            add_command(loader, f"{group} {verb.name}".strip(), noun, verb, door)


# Commands about no resource: first word -> module of the CARD. That of `validate` has no name: the verb stands alone.
OWN = {"local": "azext_ml.cli.local_commands", "schema": "azext_ml.cli.schema_commands",
       "validate": "azext_ml.cli.validate_commands"}
ABOUT = "Manage Azure Machine Learning: in Azure, or in the workspace on this machine."


def cards(words=()):
    """The CARDs of the nouns whose name begins with the first of `words`; of all nouns when there is none such."""
    first = words[0].replace("-", "_") if words else None
    if first in OWN:
        return [import_module(OWN[first]).CARD]
    folders, own = noun_folders(), OWN.values()
    if first in folders:
        folders, own = [folder for folder in folders if folder == first or folder.startswith(f"{first}_")], ()
    return [import_module(module).CARD for module in [*(f"azext_ml.nouns.{folder}" for folder in folders), *own]]


def noun_folders():
    """Names of the packages below azext_ml/nouns, one per noun."""
    from azext_ml import nouns
    return sorted(entry.name for entry in os.scandir(nouns.__path__[0])
                  if os.path.exists(os.path.join(entry.path, "__init__.py")))


def add_command(loader, name, noun, verb, door):
    """Registers one verb under `name`. Its handler is imported when it is called."""
    def handler(values):
        from azext_ml.cli.run import run
        return run(noun, verb, door, values)

    def arguments():
        from azext_ml.cli.params import arguments
        return arguments(noun, verb)

    status = {}
    if verb.preview:
        from knack.preview import PreviewItem
        status["preview_info"] = PreviewItem(loader.cli_ctx, target=name, object_type="command")
    if verb.deprecated:
        from knack.deprecation import Deprecated
        status["deprecate_info"] = Deprecated(loader.cli_ctx, redirect=verb.deprecated, object_type="command")
    columns = verb.columns if verb.columns is not None else noun.columns
    loader._cli_command(name, handler=handler, argument_loader=arguments, description_loader=lambda: verb.summary,
                        table_transformer=_table(columns), confirmation=door.words(verb.confirm or "") or False,
                        supports_no_wait=verb.no_wait, **status)
    loader.cards[name] = noun, verb


def add_arguments(loader, command):
    """What knack wants to be told after it has the arguments of `command` (all commands when it is ""), and the help."""
    from azext_ml.cli.help import add_help
    from azext_ml.cli.params import register
    for name in [command] if command else list(loader.cards):
        if name in loader.cards:
            noun, verb = loader.cards[name]
            add_help(name, verb, loader.door)
            register(loader, name, noun, verb)


def _table(columns):
    def transform(result):
        from azext_ml.cli.format import rows
        return rows(result, columns)
    return transform if columns else None
