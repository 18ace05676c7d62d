"""Writes the last part of docs/differences.md from tests/parity/differences.yml, so that the page and the tests name the same.

    python tools/differences.py [--check]
"""

import argparse
import re
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "docs" / "differences.md"
SOURCE = PROJECT / "tests" / "parity" / "differences.yml"
SPECS = PROJECT / "tests" / "parity" / "specs"
BEGIN = "<!-- written by tools/differences.py -->\n"


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the page is not up to date")
    given = parser.parse_args(words)
    now = TARGET.read_text(encoding="utf-8")
    text = now.partition(BEGIN)[0] + BEGIN + table()
    if given.check:
        return 0 if text == now else "docs/differences.md is not up to date: run python tools/differences.py"
    TARGET.write_text(text, encoding="utf-8")
    return 0


def table():
    """A row per reason, in the order of the file, with the specs that show it."""
    known = sorted(f"{path.parent.name}/{path.stem}" for path in SPECS.glob("*/*.y*ml"))
    shown = {}
    for entry in yaml.safe_load(SOURCE.read_text(encoding="utf-8")):
        shown.setdefault(" ".join(entry["reason"].split()), []).extend(name for name in known if re.fullmatch(entry["specs"], name))
    rows = [f"| {reason} | {', '.join(f'`{name}`' for name in dict.fromkeys(names))} |" for reason, names in shown.items()]
    return "\n".join(["", "| what | specs |", "|---|---|", *rows, ""])


if __name__ == "__main__":
    sys.exit(main())
