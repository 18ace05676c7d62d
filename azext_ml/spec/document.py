"""A spec file as data, with the place of each piece of it. Needs no YAML library."""

import os

from azext_ml.spec.diagnostics import Diagnostic, Mark, spelled


class Document:
    """Data and where each piece of it stands.

    value     dict, list or scalar
    marks     path (tuple of keys and indexes) -> Mark of the value;  keys: path -> Mark of its key
    files     path of what was taken in from a file, () for the whole -> absolute path of that file
    origins   path of what was taken in -> how it was written: `file` (file:x.yml) or `path` (x.yml)
    broken    paths whose file could not be taken in by spec.walk.expand
    warnings  Diagnostics that do not stop anything, filled in by spec.validate
    partial   options may still add to it: what they can give is only warned of
    """

    def __init__(self, value, marks=None, keys=None, file=""):
        self.value, self.file = value, file
        self.files, self.origins, self.broken, self.warnings = {}, {}, set(), []
        self.partial = False
        self.marks = marks or {}
        self.keys = keys or {}

    def mark(self, path, at_key=False):
        """The nearest known place of `path`: its own, else that of what it stands in."""
        path = tuple(path)
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path) or Mark(self.file, 0, 0, os.getcwd())

    def base(self, path):
        return self.mark(path).base

    def diagnostic(self, path, fault):
        mark = self.mark(path, fault.at_key)
        fix = f"give {fault.option}" if fault.option and not mark.file else fault.fix
        severity = fault.severity
        if fault.option and self.partial and not path:
            fix, severity = f"{fix}, or give {fault.option}", "warning"
        return Diagnostic(mark.file, mark.line, mark.column, spelled(path), fault.what, fix, severity)

    def graft(self, path, other):
        """Puts another document in place of the text at `path`, which names it, and takes over its places."""
        path = tuple(path)
        self.keys.setdefault(path, self.mark(path))
        for table, theirs in ((self.marks, other.marks), (self.keys, other.keys)):
            table.update({path + p: mark for p, mark in theirs.items()})
        self.files[path] = other.files[()]
        self.put(path, other.value)

    def put(self, path, value):
        """Sets the value at `path`, and leaves the places as they are."""
        if not path:
            self.value = value
            return
        around = self.value
        for part in path[:-1]:
            around = around[part]
        around[path[-1]] = value
