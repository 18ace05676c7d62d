"""`az ml X` and `azml X` are one table of commands and print the same."""

import json

import pytest

LINES = [
    "workspace list -o json",
    "model create --name m --version 1 --path model.bin",
    "model list",
    "model list -o table",
    "model show -n m -v 1 -o yaml",
    "model show -n m -v 1 --query id -o tsv",
    "model show -n m -v 1 --query '{Name:name,V:version}' -o table",
    "model update -n m -v 1 --set tags.a=b",
    "model show -n nothing",
    "model list --max-results 0",
    "data create -n d -v 1 --type uri_file --path model.bin --query name",
    "datastore list --query [].name",
    "compute list",
    "job list",
    "local path",
]
VARYING = ("creation_context", "last_modified", "workspaceId", "discovery")


@pytest.fixture
def places(tmp_path):
    """A folder per door with the same content, so that nothing that is printed differs by where it ran."""
    for door in ("az", "azml"):
        (tmp_path / door).mkdir()
        (tmp_path / door / "model.bin").write_bytes(b"weights")
    return tmp_path


def test_both_doors_print_the_same(places, az_ml, azml):
    said = {}
    for name, door in (("az", az_ml), ("azml", azml)):
        root = places / f"{name}-root"
        results = [door(line, cwd=places / name, env={"AZURE_ML_LOCAL_ROOT": root}) for line in LINES]
        said[name] = [(result.code, still(result.out).replace(str(root), "ROOT"),
                       result.err.replace("azml ", "az ml ").replace(str(root), "ROOT")) for result in results]
    for line, by_az, by_azml in zip(LINES, said["az"], said["azml"]):
        assert by_az == by_azml, line
    assert [code for code, _, _ in said["az"]] == [0] * 8 + [3, 2] + [0] * 5


def still(out):
    """Without what no two runs share: times and made-up ids."""
    try:
        value = json.loads(out)
    except ValueError:
        return "\n".join(line for line in out.splitlines() if "20" not in line)
    return json.dumps(without_times(value), sort_keys=True)


def without_times(value):
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if key not in VARYING and not key.endswith("_at")}
    if isinstance(value, list):
        return [without_times(inner) for inner in value]
    return "made up" if isinstance(value, str) and "azureml-blobstore" in value else value


def test_both_doors_have_the_same_commands_and_options(az_ml, azml):
    from azure.cli.core import get_default_cli

    import azext_ml
    from azext_ml.cli import azml as second

    def commands(cli, loader):
        cli.invocation = cli.invocation_cls(cli_ctx=cli, parser_cls=cli.parser_cls, commands_loader_cls=cli.commands_loader_cls,
                                            help_cls=cli.help_cls)
        cli.invocation.data["command_string"] = ""
        table = loader.load_command_table(None)
        found = {}
        for name, command in table.items():
            command.load_arguments()
            found[name.removeprefix("ml ")] = {key: tuple(arg.options_list) for key, arg in command.arguments.items()}
        return found
    az, ours = get_default_cli(), second.cli()
    by_az, by_azml = commands(az, azext_ml.COMMAND_LOADER_CLS(cli_ctx=az)), commands(ours, second._Commands(cli_ctx=ours))
    own = {"configure", "config set", "config get", "config unset"}
    assert {name: options for name, options in by_azml.items() if name not in own} == by_az
    assert set(by_azml) - set(by_az) == own


def test_the_line_about_the_local_workspace(az_ml, azml, root):
    for door in (az_ml, azml):
        assert door("model list").ok().err == f"Local workspace 'local' in {root}.\n"
        assert door("model list --only-show-errors").ok().err == ""


def test_verbose_and_debug_write_to_stderr_only(azml):
    for flag in ("--verbose", "--debug"):
        result = azml(f"model list {flag}").ok()
        assert result.json == []
        assert ("DEBUG" in result.err) == (flag == "--debug")
