"""Values arrive in the user's process exactly as they are: every case runs through the real bash."""

import random
import subprocess

import pytest

from azext_ml.local.runner import expressions

HOSTILE = ("plain", "", "two words", "it's", 'a "b" c', "$HOME", "`id`", "$(id)", "a\\b", "back\\", "new\nline", "*", "~", "#no",
           "-flag", "a;b|c&d", "{1,2}", "!x", "tab\tx", "äöü €", "'\"`$\\\n'", "%s", "EOF", "=x")
CONTEXTS = (
    "printf '%s\\0' ${{inputs.x}}",
    'printf \'%s\\0\' "${{inputs.x}}"',
    "printf '%s\\0' '${{ inputs.x }}'",
    "printf '%s\\0' $'${{inputs.x}}'",
    "# it's a comment with ${{inputs.x}}\nprintf '%s\\0' ${{inputs.x}}",
    "printf '%s\\0' \"$(printf '%s' ${{inputs.x}}; echo .)\" | sed -z 's/\\n*\\.$//; s/\\.$//'",
    "printf '%s\\0' \"$(printf '%s.' \"${{inputs.x}}\")\" | sed -z 's/\\.$//'",
    "x=$((1 << 2)); printf '%s\\0' ${{inputs.x}}",
    "printf '%s\\0' \"a # b\" >/dev/null; printf '%s\\0' ${{inputs.x}}",
    "( printf '%s\\0' ${{inputs.x}} )",
    ": $#; : ${#PATH}; printf '%s\\0' ${{inputs.x}}",
    "printf '%s\\0' \\' >/dev/null; printf '%s\\0' ${{inputs.x}}",
    "cat <<< \"it's\" >/dev/null; printf '%s\\0' ${{inputs.x}}",
    "if true; then\n  printf '%s\\0' \\\n    ${{inputs.x}}\nfi",
    "cat <<EOF >/dev/null\nit's\nEOF\nprintf '%s\\0' ${{inputs.x}}",
    "cat <<-'END' >/dev/null\n\tit's \"\n\tEND\nprintf '%s\\0' \"${{inputs.x}}\"",
    "printf '%s\\0' \"`: \"a b\" 'c'`\"${{inputs.x}}",
)


def bash(command):
    return subprocess.run(["bash", "-c", command], stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.parametrize("context", CONTEXTS)
def test_every_value_arrives_intact(context):
    for value in HOSTILE:
        output = bash(expressions.command(context, {"inputs.x": value}))
        assert output.decode() == value + "\0", context


@pytest.mark.parametrize("value", [v for v in HOSTILE if v != "EOF"])
@pytest.mark.parametrize("opening", ["<<EOF", "<<'EOF'", "<< \"EOF\""])
def test_here_documents(opening, value):
    command = expressions.command(f"cat {opening}\nit's [${{{{inputs.x}}}}] here\nEOF\n", {"inputs.x": value})
    assert bash(command).decode() == f"it's [{value}] here\n"


def test_random_values_in_random_contexts():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(60):
        value = "".join(chance.choice("ab '\"$`\\\n\t!*(){}#;&|<>~") for _ in range(chance.randrange(12)))
        text = " ".join(chance.choice(['"p ${{inputs.x}} q"', "'p ${{inputs.x}} q'", "p' '${{inputs.x}}' 'q"]) for _ in range(4))
        output = bash(expressions.command("printf '%s\\0' " + text, {"inputs.x": value}))
        assert output.decode().split("\0")[:-1] == [f"p {value} q"] * 4


def test_several_names_and_spaces_in_one_command():
    values = {"inputs.a": "1", "outputs.model dir": "x", "outputs.o": "/some dir/o"}
    assert expressions.command("t --a=${{inputs.a}} --o ${{  outputs.o  }}", values) == "t --a=1 --o '/some dir/o'"


def test_optional_sections():
    text = "t $[[--a ${{inputs.a}}]] $[[ --b ${{inputs.b}} --c ${{inputs.c}} ]]$[[inputs.d]]"
    assert expressions.command(text, {"inputs.a": "x y", "inputs.b": "1", "inputs.d": "d"}) == "t --a 'x y' d"
    assert expressions.command(text, {"inputs.a": None, "inputs.b": "1", "inputs.c": "2"}) == "t   --b 1 --c 2 "


def test_names_that_do_not_exist():
    with pytest.raises(expressions.UnknownName, match=r"inputs\.tyop.*inputs\.typo"):
        expressions.command("echo ${{inputs.tyop}}", {"inputs.typo": "x"})
    with pytest.raises(expressions.UnknownName, match="no value"):
        expressions.command("echo ${{inputs.x}}", {"inputs.x": None})


def test_plain_text_is_not_quoted():
    assert expressions.plain("azureml://datastores/${{default_datastore}}/paths/${{name}}/", {
        "default_datastore": "blob", "name": "a b"}) == "azureml://datastores/blob/paths/a b/"


def test_shell_text_without_expressions_is_untouched():
    text = "a=${x:-'q'}; echo \"${a}\" $(( 1<<2 )) '${x}' $[ 1 + 1 ]\n"
    assert expressions.command(text, {}) == text
