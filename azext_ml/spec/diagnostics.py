"""What is wrong with a file, where, and what to do."""

from typing import NamedTuple, Optional


class Mark(NamedTuple):
    """Place of a value or key: 1-based line and column, and the folder against which paths there are resolved."""

    file: str
    line: int
    column: int
    base: str


class Fault(NamedTuple):
    """A fault before its place is known. `what` says what is wrong, `fix` what to do; `at_key` points at the key, not the
    value."""

    what: str
    fix: Optional[str] = None
    at_key: bool = False
    severity: str = "error"        # or "warning"


class Diagnostic(NamedTuple):
    """`file:line:column: path: what; fix`"""

    file: str
    line: int
    column: int
    path: str
    what: str
    fix: Optional[str] = None
    severity: str = "error"

    def __str__(self):
        place = f"{self.file}:{self.line}:{self.column}: " if self.line else f"{self.file}: " if self.file else ""
        path = f"{self.path}: " if self.path else ""
        return f"{place}{path}{self.what}" + (f"; {self.fix}" if self.fix else "")


class Wrong(Exception):
    """Raised by a type's `check`: carries one Fault."""

    def __init__(self, what, fix=None):
        super().__init__(what)
        self.fault = Fault(what, fix)


def spelled(path):
    """("inputs", "a", 0) -> inputs.a[0]"""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word, known):
    """The known word that `word` was probably meant to be, or None."""
    from difflib import get_close_matches  # only when something is wrong
    word = str(word)
    lowered = {str(k).lower(): str(k) for k in known}
    if word.lower() in lowered:
        return lowered[word.lower()]
    found = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return lowered[found[0]] if found else None


def one_of(words):
    """a, b or c"""
    words = [str(w) for w in words]
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]
