"""What `az ml validate` tells programs: texts of a verbs.tree.Report."""

from json import dumps
from urllib.parse import quote

from azext_ml import __version__


def json(report):
    """One object: what was checked, and every fault."""
    return dumps({
        "checked": [{"file": file, "kind": kind} for file, kind in report.checked],
        "skipped": report.skipped,
        "errors": len(report.errors), "warnings": len(report.warnings),
        "diagnostics": [{"file": one.file, "line": one.line or None, "column": one.column or None, "path": one.path or None,
                         "severity": one.severity, "message": one.what, "fix": one.fix} for one in report.diagnostics],
    }, indent=2) + "\n"


def sarif(report):
    """SARIF 2.1.0, as code scanning services read it."""
    rules = {"error": ("invalid-specification", "A specification that cannot be used as it is."),
             "warning": ("doubtful-specification", "A specification that may not do what is meant.")}
    return dumps({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "az ml validate", "version": __version__,
                                "rules": [{"id": name, "shortDescription": {"text": about},
                                           "defaultConfiguration": {"level": level}} for level, (name, about) in rules.items()]}},
            "columnKind": "unicodeCodePoints",
            "results": [{"ruleId": rules[one.severity][0], "level": one.severity, "message": {"text": _message(one)},
                         "locations": [{"physicalLocation": _place(one)}]} for one in report.diagnostics]}]}, indent=2) + "\n"


def _place(one):
    place = {"artifactLocation": {"uri": quote(one.file.replace("\\", "/"))}}
    if one.line:
        place["region"] = {"startLine": one.line, "startColumn": one.column}
    return place


def github(report):
    """Workflow commands: https://docs.github.com/actions/reference/workflow-commands-for-github-actions"""
    lines = []
    for one in report.diagnostics:
        where = f",line={one.line},col={one.column}" if one.line else ""
        lines.append(f"::{one.severity} file={_property(one.file)}{where}::{_data(_message(one))}\n")
    return "".join(lines)


def _data(text):
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text):
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _message(one):
    return f"{one.path}: {told(one)}" if one.path else told(one)


def told(one):
    return one.what + (f"; {one.fix}" if one.fix else "")
