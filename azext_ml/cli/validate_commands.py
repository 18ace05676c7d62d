"""`az ml validate`: any number of specs of any kind, checked without a workspace."""

import sys

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.errors import SpecError, UsageError

FORMATS = ("text", "json", "sarif", "github")

ARGS = (
    Arg("paths", (), "Files, folders and patterns such as 'jobs/**/*.yml'. Of folders, all .yml and .yaml files below.", "list"),
    Arg("format", ("--format",), "How faults are told: as text on stderr, or else on stdout.", choices=FORMATS, default="text"),
    Arg("against", ("--against",), "A JSON Schema of your own that the files have to fit as well.", "file"),
    Arg("kind", ("--kind",), "What the files describe, such as job or environment, whatever they look like."))

CARD = Noun("", "Check specifications.", (
    Verb("validate", "azext_ml.cli.validate_commands:validate",
         "Check specifications of any kind, and their references to each other.", ARGS,
         details="What a file describes is told by its `$schema`, else by its keys. Files of folders that are no specifications are "
                 "left out. Nothing is sent, and nothing is changed. The exit code is 1 when there is an error.",
         offline=True, scope="none",
         examples=(("Check everything in a folder.", "az ml validate specs"),
                   ("Mark the faults in a pull request on GitHub.", "az ml validate specs --format github"),
                   ("Check jobs against rules of your own as well.", "az ml validate jobs/*.yml --against rules.schema.json"))),))


def validate(noun, paths=None, format="text", against=None, kind=None):
    """A summary, or SpecError. In a format for programs: prints it to stdout and leaves with its exit code."""
    from azext_ml.verbs import tree
    if not paths:
        raise UsageError("No file was given.", fix="Give files, folders or patterns: az ml validate specs")
    report = tree.check(paths, _kind(kind), _schema(against))
    if format != "text":
        from azext_ml.cli import reports
        print(getattr(reports, format)(report), end="")
        sys.stdout.flush()
        raise SystemExit(1 if report.errors else 0)
    if report.errors:
        raise SpecError(report.diagnostics)
    if report.warnings:
        from azext_ml.cli.failures import point
        point(report.warnings)
    return {"checked": len(report.checked), "errors": 0, "warnings": len(report.warnings), "skipped": len(report.skipped)}


def _kind(text):
    if text is None:
        return None
    from azext_ml.spec import kinds
    from azext_ml.spec.diagnostics import nearest
    found = kinds.named(text.replace("-", "_")) or kinds.named(text)
    if found is None:
        near = nearest(text, [*kinds.all_kinds(), *kinds.SCHEMAS])
        raise UsageError(f"There is no kind '{text}'.",
                         fix=f"Did you mean '{near}'?" if near else f"It is one of {', '.join(kinds.all_kinds())}.")
    return found


def _schema(path):
    if path is None:
        return None
    from azext_ml.cli.against import checker
    return checker(path)
