"""What is wrong with a file, where, and what to do."""

from typing import NamedTuple, Optional


class Mark(NamedTuple):
    """Place of a value or key: 1-based line and column, and the folder against which paths there are resolved."""

    file: str
    line: int
    column: int
    base: str


class Fault(NamedTuple):
    """A fault before its place is known.

    what    says what is wrong, fix what to do.  at_key: it is the key that is to be looked at, not its value.
    option  the command line's own way to mend it, for what no file says: "--name"
    """

    what: str
    fix: Optional[str] = None
    at_key: bool = False
    severity: str = "error"        # or "warning"
    option: Optional[str] = None


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
        return harmless(f"{place}{path}{self.what}" + (f"; {self.fix}" if self.fix else ""))


def harmless(text):
    """On one line and without control characters or half characters: what a file holds must not steer the terminal."""
    return "".join(c if c.isprintable() or c == "\u00a0" else c.encode("unicode_escape").decode() for c in text)


class Wrong(Exception):
    """Raised by a type's `check` or a chooser: one Fault, and the path below the value at which it is to be shown."""

    def __init__(self, what, fix=None, *, path=(), at_key=False, option=None):
        super().__init__(what)
        self.fault, self.path = Fault(what, fix, at_key, option=option), path


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
    found = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6) or \
        [known for known in lowered if len(word) >= 3 and known.startswith(word.lower())]
    return lowered[found[0]] if len(found) == 1 else None


def one_of(words, last="or"):
    """a, b or c"""
    words = [str(w) for w in words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def all_of(words):
    """a, b and c"""
    return one_of(words, "and")
