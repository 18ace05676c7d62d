"""The line of a file that a fault is about, with a mark below the place. For terminals."""

import os
import re
import unicodedata

from azext_ml.spec.diagnostics import harmless

WIDTH = 100         # columns of the line that are shown at most
_WORD = re.compile(r"""'[^']*'?|"[^"]*"?|[^\s,:\]}#]+(?:[:#][^\s,\]}]+)*|.""")


def excerpt(diagnostic, read, colour=False):
    """Two lines of text, or None where there is nothing to show. `read`: function file -> its lines."""
    lines = read(diagnostic.file) if diagnostic.line else ()
    if not 0 < diagnostic.line <= len(lines):
        return None
    line, column = lines[diagnostic.line - 1], diagnostic.column - 1
    if column > len(line):
        return None
    start = max(0, column - WIDTH // 2) if len(line) > WIDTH else 0
    before, rest = line[start:column], line[column:start + WIDTH]
    match = _WORD.match(rest)
    mark = "^" + "~" * (_wide(match[0] if match else "") - 1)
    gutter = f"{diagnostic.line:5} | "
    shown = harmless((before + rest).replace("\t", " ").rstrip())
    under = " " * _wide(before) + (f"\x1b[{'31' if diagnostic.severity == 'error' else '33'}m{mark}\x1b[0m" if colour else mark)
    return f"{gutter}{shown}\n{' ' * 5} | {under}"


def reader():
    """A `read` that keeps the files that it has read. Of what cannot be read there are no lines."""
    kept = {}

    def read(file):
        if file not in kept:
            try:
                with open(file, encoding="utf-8-sig", errors="replace") as stream:
                    kept[file] = stream.read().splitlines() if os.path.isfile(file) else []
            except OSError:
                kept[file] = []
        return kept[file]
    return read


def _wide(text):
    """Columns of a text on a terminal: East Asian characters take two, control characters as many as they are shown with."""
    return sum(len(harmless(c)) if not c.isprintable() and c != "\t" else
               0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
