"""Azure Machine Learning for the Azure CLI, with a workspace on this machine that needs no Azure.

az asks this package for COMMAND_LOADER_CLS and nothing else. It is made when it is asked for, so that the agent and the
jobs of the local workspace import the package without azure-cli-core.
"""

__version__ = "100.0.0"


def __getattr__(name):
    if name != "COMMAND_LOADER_CLS":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from azure.cli.core import AzCommandsLoader

    class MLCommandsLoader(AzCommandsLoader):
        """The commands of the noun that the arguments name, of all nouns when they name none.

        It stands in this module because az's command index knows an extension by the module of its loader.
        """

        def load_command_table(self, args):
            from azext_ml.cli.table import AZ, add_commands
            add_commands(self, args, AZ)
            return self.command_table

        def load_arguments(self, command):
            from azext_ml.cli.table import add_arguments
            add_arguments(self, command)

    return globals().setdefault(name, MLCommandsLoader)
