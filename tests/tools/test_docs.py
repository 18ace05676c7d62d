"""The documents speak of what there is: files, links, commands, settings, figures."""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
TOOLS = str(PROJECT / "tools")
sys.path.insert(0, TOOLS) if TOOLS not in sys.path else None

import differences  # noqa: E402

PAGES = sorted([PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "examples").rglob("*.md"),
                *(PROJECT / "benchmarks").glob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
TOPS = ("azext_ml/", "tests/", "tools/", "docs/", "examples/", "benchmarks/", "local/", "cli/", "spec/", "rest/", "core/", "verbs/",
        "assets/", "nouns/")
TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)


def name(page):
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    links = [link for link in LINK.findall(page.read_text()) if not re.match(r"[a-z]+:", link)]
    broken = [link for link in links if not (page.parent / unquote(link.partition("#")[0])).exists()]
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_files_that_are_named_exist(page):
    text = page.read_text()
    pictures = " ".join(re.findall(r"```text\n(.*?)```", text, re.DOTALL))
    named = [word for word in CODE.findall(text) if re.fullmatch(r"[\w./-]+/[\w./-]*", word) and word.startswith(TOPS)]
    named += re.findall(r"[\w/]+/\w+\.\w+", pictures)
    missing = [text for text in named if not (PROJECT / text).exists() and not (PROJECT / "azext_ml" / text).exists()]
    assert not missing


def commands(page):
    """The lines of the shell blocks of a page, without comments."""
    blocks = re.findall(r"```bash\n(.*?)```", page.read_text(), re.DOTALL)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.partition("#")[0].strip()]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_make_is_asked_for_is_in_the_makefile(page):
    targets = set(TARGET.findall((PROJECT / "Makefile").read_text()))
    asked = {line.split()[1] for line in commands(page) if line.startswith("make ")} | set(
        re.findall(r"`make ([a-z-]+)`", page.read_text()))
    assert asked <= targets


def test_the_two_commands_come_first():
    assert commands(PROJECT / "README.md")[:2] == ["make quickstart", "make test"]


def test_make_help_lists_every_target_that_contributing_names():
    makefile = (PROJECT / "Makefile").read_text()
    for line in commands(PROJECT / "CONTRIBUTING.md"):
        if line.startswith("make "):
            assert f'@echo "{line} ' in makefile


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_verbs_and_options_that_are_shown_exist(page):
    from azext_ml.cli.params import args_of
    from azext_ml.cli.table import cards
    known = {f"{card.name} {verb.name}": (card, verb) for card in cards() if card.name for verb in card.verbs}
    told = [line for line in commands(page) + CODE.findall(page.read_text()) if re.match(r"(az ml|azml) [a-z]", line)]
    for line in told:
        words = re.sub(r"^(az ml|azml) ", "", line).split()
        if len(words) < 2 or words[0] in ("configure", "config", "schedule", "validate") or not words[1].isalpha() and "-" not in words[1]:
            continue
        if "|" in words[1] or words[1].startswith("-"):
            continue
        card, verb = known[" ".join(words[:2])]
        options = {option for arg in args_of(card, verb) for option in arg.options} | {
            "--output", "-o", "--query", "--resource-group", "-g", "--workspace-name", "-w", "--yes", "--debug", "--help", "-h",
            *(["--set", "--add", "--remove"] if verb.update else [])}
        assert {word for word in words[2:] if re.match(r"--?[a-z]", word)} <= options, line


def test_the_table_of_settings_names_what_the_code_reads():
    readme = (PROJECT / "README.md").read_text()
    code = "\n".join(path.read_text() for path in (PROJECT / "azext_ml").rglob("*.py"))
    read = set(re.findall(r"""setting(?:_of_file)?\((?:\w+(?:\.\w+)*, )?["'](\w+)["']""", code))
    assert read >= {"backend", "endpoint", "access_token", "python", "strict_python"}, "the pattern above no longer finds them"
    told = set(re.findall(r"`ml\.([a-z_]+)` \| `AZURE_ML_[A-Z_]+`", readme))
    assert told == read
    for setting in told:
        assert f"`ml.{setting}` | `AZURE_ML_{setting.upper()}`" in readme


def test_exit_codes_are_those_of_the_errors():
    from azext_ml.core import errors
    codes = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.MLError)}
    assert f"| {' | '.join(str(code) for code in sorted({0} | codes))} |" in (PROJECT / "README.md").read_text()


def test_the_figure_of_the_readme_was_measured():
    told = float(re.search(r"\| ([\d.]+) times less than the official SDK", (PROJECT / "README.md").read_text())[1])
    measured = float(re.search(r"azure-ai-ml.*\| ([\d.]+) times", (PROJECT / "benchmarks" / "README.md").read_text())[1])
    assert told <= measured


def test_the_differences_are_those_of_the_parity_tests():
    assert differences.TARGET.read_text().endswith(differences.BEGIN + differences.table()), "run python tools/differences.py"


def test_every_decision_is_listed():
    pages = sorted((PROJECT / "docs" / "adr").glob("[0-9]*.md"))
    listed = (PROJECT / "docs" / "adr" / "README.md").read_text()
    for page in pages:
        title = page.read_text().partition("\n")[0]
        assert f"[{page.name[:4]}]({page.name}) | {title.partition(': ')[2]} |" in listed
        assert all(f"**{part}" in page.read_text() for part in ("In question.", "Decided.", "Measured", "Follows."))


def test_reasons_are_sentences():
    for entry in yaml.safe_load(differences.SOURCE.read_text()):
        assert entry["reason"].strip().endswith(".")
