"""Which files of a folder are left out of its snapshot.

One file of rules counts, in the root of the folder only: `.amlignore`, else `.gitignore`. Patterns are git's; each is matched
against the path relative to the root and the last that matches decides. Unlike in git a later `!pattern` brings back a file below
an ignored folder, for so does azure-ai-ml, which matches file by file; and the hashes of both must agree.
"""

import os

from azext_ml.core.errors import MLError

NAMES = (".amlignore", ".gitignore")
_WILD = set("*?[\\")


class Verdict:
    """What is known of everything below a folder: its fate so far, and the first pattern that may still change it."""

    __slots__ = ("ignored", "first")

    def __init__(self, ignored=False, first=0):
        self.ignored, self.first = ignored, first


class Rules:
    """patterns: (text, compiled pattern) pairs, in the order of the file.  source: name of the file, or None."""

    def __init__(self, patterns=(), source=None):
        self.source = source
        self._patterns = list(patterns)

    def ignored(self, path, above):
        """True if the file, or the bare name of a folder, at `path` is left out. above: the Verdict of its folder."""
        for _, pattern in reversed(self._patterns[above.first:]):
            if pattern.match_file(path) is not None:
                return pattern.include
        return above.ignored

    def below(self, folder, above):
        """The Verdict for everything in `folder`, None when all of it is left out and nothing can bring a part back."""
        for i in range(len(self._patterns) - 1, above.first - 1, -1):
            pattern = self._patterns[i][1]
            if pattern.match_file(folder + "/") is not None:        # then it matches whatever the folder holds
                above = Verdict(pattern.include, i + 1)
                break
        if above.ignored and not any(self._may_bring_back(n, folder) for n in range(above.first, len(self._patterns))):
            return None
        return above

    def _may_bring_back(self, number, folder):
        text, pattern = self._patterns[number]
        return not pattern.include and _may_match_below(text.strip()[1:], folder)


def rules_of(folder):
    """The Rules of a folder. MLError when its file of rules cannot be read or holds a pattern that is none."""
    for name in NAMES:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            return Rules(_patterns(path), name)
    return Rules()


def _patterns(path):
    pattern_class = _pattern_class()
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            lines = file.read().splitlines()
    except OSError as error:
        raise MLError(f"{path} cannot be read: {error.strerror}.") from error
    for number, line in enumerate(lines, 1):
        try:
            pattern = pattern_class(line)
        except ValueError as error:
            raise MLError(f"{path}:{number}: {line!r} is not a pattern that git understands.",
                          fix="Correct the line, or remove it.") from error
        if pattern.include is not None:         # not a comment
            yield line, pattern


def _pattern_class():
    """pathspec's pattern class. Imported here: only a folder with ignore rules pays for it."""
    try:
        from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern as Pattern  # pathspec 1.x
    except ImportError:
        from pathspec.patterns.gitwildmatch import GitWildMatchPattern as Pattern  # pathspec 0.x
    return Pattern


def _may_match_below(text, folder):
    """False only if the pattern certainly matches nothing in `folder`: then the folder need not be read."""
    body = text.rstrip("/")
    if "/" not in body:
        return True                             # a bare name matches at any depth
    for wanted, have in zip(body.lstrip("/").split("/"), folder.split("/")):
        if wanted == "**":
            return True
        if wanted != have and not _WILD.intersection(wanted):
            return False
    return True
