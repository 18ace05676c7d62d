"""`azml`: the commands of `az ml` on azure-cli-core alone, without the Azure CLI.

Of az's folder it uses `config` and `clouds.config`. Everything else there belongs to az and is neither read nor written:
the command index, the extensions, the profile, the telemetry, the version check, the command logs. For that AzCli's own
__init__, which loads and creates most of these, is not run; what it does that a command needs is done here.
"""

import sys
from difflib import get_close_matches
from types import SimpleNamespace

from azure.cli.core import AzCli, MainCommandsLoader
from azure.cli.core._config import ENV_VAR_PREFIX, GLOBAL_CONFIG_DIR
from azure.cli.core._help import AzCliHelp
from azure.cli.core._output import AzOutputProducer
from azure.cli.core.commands import AzCliCommandInvoker
from azure.cli.core.parser import AzCliCommandParser
from knack.cli import CLI
from knack.config import CLIConfig
from knack.log import CLILogging
from knack.util import CLIError

import azext_ml
from azext_ml.cli import failures
from azext_ml.cli.help import add_group
from azext_ml.cli.table import AZML, OWN, add_command, add_commands, noun_folders


def main(args=None):
    """Runs one command and returns its exit code. A leading `ml` is dropped, so that lines written for az can be pasted."""
    args = list(sys.argv[1:] if args is None else args)
    args = args[1:] if args[:1] == ["ml"] else args
    if args and not args[0].startswith("-") and args[0].lower() not in known_words():
        print(unknown(args[0]), file=sys.stderr)
        return 2
    return cli().invoke(args)


def cli():
    return AzmlCli(cli_name="azml", config_dir=GLOBAL_CONFIG_DIR, config_env_var_prefix=ENV_VAR_PREFIX,
                   commands_loader_cls=CommandsLoader, invocation_cls=Invoker, parser_cls=Parser, logging_cls=Logging,
                   output_cls=AzOutputProducer, help_cls=Help, config_cls=Config)


class Config(CLIConfig):
    """az's settings. A cloud that was never chosen is the public one: az would write that down, and its profile with it."""

    def get(self, section, option, *args, **options):
        if (section, option) == ("cloud", "name") and not args and not options:
            options["fallback"] = "AzureCloud"
        return super().get(section, option, *args, **options)


class AzmlCli(AzCli):
    """The context that az's classes expect, without az's files."""

    def __init__(self, **kwargs):
        from azure.cli.core.commands.events import EVENT_INVOKER_PRE_LOAD_ARGUMENTS
        from azure.cli.core.commands.transform import register_global_transforms
        CLI.__init__(self, **kwargs)                # not AzCli's, see above
        self.data.update(headers={}, command="unknown", command_extension_name=None, query_active=False)
        self.local_context = SimpleNamespace(is_on=False)       # az's parameter persistence, which writes files of its own
        self.progress_controller = None
        self._cloud = None
        register_global_transforms(self)
        self.register_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, _add_subscription)
        self._configure_style()

    @property
    def cloud(self):
        """The cloud that az is set to, read when it is first asked for."""
        if self._cloud is None:
            from azure.cli.core.cloud import get_active_cloud
            self._cloud = get_active_cloud(self)
        return self._cloud

    @cloud.setter
    def cloud(self, cloud):
        self._cloud = cloud

    def get_cli_version(self):
        return azext_ml.__version__

    def show_version(self):
        import platform

        from azure.cli.core import __version__ as core
        print(f"azml {azext_ml.__version__}\nazure-cli-core {core}\nPython {platform.python_version()} ({sys.executable})")

    def exception_handler(self, error):
        if isinstance(error, CLIError):
            failures.write([str(error)], "\n".join(getattr(error, "recommendations", ())))
            return 1
        if type(error).__module__.partition(".")[0] in ("azure", "jmespath"):
            return super().exception_handler(error)
        return failures.stop(error, AZML)


class CommandsLoader(MainCommandsLoader):
    """The command table without an index: the cards are cheap enough to be read each time."""

    def load_command_table(self, args):
        loader = _Commands(cli_ctx=self.cli_ctx)
        self.command_table.clear()
        self.command_group_table.clear()
        self.command_table.update(loader.load_command_table(args))
        self.command_group_table.update(loader.command_group_table)
        self.loaders = [loader]
        self.cmd_to_loader_map = {name: [loader] for name in self.command_table}
        return self.command_table


class _Commands(azext_ml.COMMAND_LOADER_CLS):
    def load_command_table(self, args):
        first = args[0].lower() if args else ""
        if first not in ("configure", "config"):
            add_commands(self, args, AZML)
        if first not in known_words() or first in ("configure", "config"):
            self._add_config_commands()
        return self.command_table

    def _add_config_commands(self):
        from azext_ml.cli.config_commands import CONFIG, CONFIGURE
        self.door, self.cards = AZML, getattr(self, "cards", {})
        add_group("config", CONFIG.summary)
        for noun in (CONFIGURE, CONFIG):
            for verb in noun.verbs:
                add_command(self, f"{noun.name} {verb.name}".strip(), noun, verb, AZML)


class Invoker(AzCliCommandInvoker):
    def _should_use_command_index(self):
        return False


class Logging(CLILogging):
    """To stderr only: az's own loggers write files, of az's commands."""

    def __init__(self, name, cli_ctx=None):
        super().__init__(name, cli_ctx)
        self.file_log_enabled = False


class Help(AzCliHelp):
    """az's help without the notes on updates of az, and without its welcome."""

    def show_help(self, cli_name, nouns, parser, is_group):
        make = self.group_help_cls if is_group else self.command_help_cls
        help_file = make(self, " ".join(nouns), parser)
        help_file.load(parser)
        self._print_detailed_help(cli_name, help_file)

    def show_welcome(self, parser):
        self.show_help("azml", (), parser, True)


class Parser(AzCliCommandParser):
    """Errors of the command line, without az's search for extensions that might know the command."""

    def error(self, message):
        command = f"azml {getattr(self._namespace, 'command', '')}".strip() if self.prog == "azml" else self.prog
        failures.write([message], f"{command} -h shows how it is used.")
        self.exit(2)

    def _check_value(self, action, value):
        if action.choices is None or value in action.choices:
            return
        near = get_close_matches(str(value), [str(choice) for choice in action.choices], n=1)
        if action.dest in ("_subcommand", "_command_package"):
            message = f"{self.prog} has no command {value!r}."
        else:
            message = f"{action.option_strings[0] if action.option_strings else action.dest} cannot be {value!r}: " \
                      f"it is one of {', '.join(str(choice) for choice in action.choices)}."
        self.error(f"{message} Did you mean {near[0]!r}?" if near else message)


def known_words():
    """The words that a command of azml can begin with."""
    return {*OWN, "config", "configure", "help", *(folder.replace("_", "-") for folder in noun_folders())}


def unknown(word):
    """One line for a first word that is no command of azml."""
    near = get_close_matches(word.lower(), known_words(), n=1)
    if near:
        return f"azml has no command {word!r}. Did you mean {near[0]!r}?"
    if word.lower() == "login":
        return "azml has no login of its own: it takes the login of az, or the credentials in AZURE_CLIENT_ID and so on."
    return f"azml has no command {word!r}: it has the commands of `az ml` only, which `azml -h` lists. " \
           "All others are in the Azure CLI."


def _add_subscription(_, commands_loader, **__):
    """--subscription as az has it, but taken as it is: names of subscriptions stand in az's profile."""
    for command in commands_loader.command_table.values():
        command.add_argument("_subscription", "--subscription", arg_group="Global",
                             help="Id of the subscription. AZURE_SUBSCRIPTION_ID when it is left out.")
