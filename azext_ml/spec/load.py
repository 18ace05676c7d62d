"""Stage 1: a YAML file becomes plain data and a side table of places.

One pass over the C parser's events, without recursion: depth, size, aliases and duplicate keys are checked while the data
is built.  Numbers whose spelling would be lost (1.10, 010) keep it, so that a version can be read as it was written.
"""

import os

import yaml

from azext_ml.core.errors import NotFound, SpecError
from azext_ml.spec.diagnostics import Diagnostic, Mark, spelled
from azext_ml.spec.document import Document

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 100
MAX_VALUES = 400_000          # after aliases are counted out: stops an alias bomb
MAX_DIGITS = 400              # longer numbers stay text: Python refuses to write them out
TOO_DEEP = f"is nested deeper than {MAX_DEPTH} levels"

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALAR_TAG = "tag:yaml.org,2002:"
_MERGE = _SCALAR_TAG + "merge"          # what an unquoted << is
_NO_KEY = object()



class SpelledFloat(float):
    """A float that remembers how it was written."""

    text = ""


class SpelledInt(int):
    """An integer that remembers how it was written."""

    text = ""


def load(path, shown=None):
    """The Document of a file. `shown` is the name used in messages (default: the path as given).

    NotFound when there is no such file; SpecError when it cannot be read as YAML, or holds nothing.
    """
    shown = shown or str(path)
    try:
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"{shown}: no such file", fix="Check the path given with --file.", code="FileNotFound") from None
    except IsADirectoryError:
        raise _broken(shown, 0, 0, "is a folder, not a YAML file", "give the path of a file") from None
    except (OSError, ValueError) as error:      # ValueError: a NUL in the name
        raise _broken(shown, 0, 0, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_BYTES:
        raise _broken(shown, 0, 0, f"is larger than {MAX_BYTES // 2**20} MiB", "a spec is a small text file; check the path")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(shown, line, error.start - data.rfind(b"\n", 0, error.start), "is not UTF-8 text",
                      "save the file as UTF-8") from None
    document = parse(text, shown, os.path.dirname(os.path.abspath(path)))
    document.files[()] = os.path.abspath(path)
    if document.value is None:
        raise _broken(shown, 0, 0, "is empty", "write a specification into it")
    return document


def parse(text, file, base):
    """The Document of YAML text. `file` names it in messages, `base` resolves its relative paths."""
    return _Builder(text, file, base).document()


def _broken(file, line, column, what, fix=None):
    return SpecError([Diagnostic(file, line, column, "", what, fix)])


class _Builder:
    def __init__(self, text, file, base):
        self.text, self.file, self.base = text, file, base
        try:
            self.loader = _Loader(text)
        except yaml.YAMLError as error:
            raise self._not_yaml(error) from None
        except UnicodeEncodeError:          # half characters, as an option has them for bytes that are no text
            raise _broken(file, 0, 0, "is not UTF-8 text", "write it as UTF-8") from None
        self.marks, self.keys, self.anchors, self.faults = {}, {}, {}, []
        self.count = 0

    def document(self):
        try:
            value = self._read()
        except yaml.YAMLError as error:
            raise self._not_yaml(error) from None
        finally:
            self.loader.dispose()
        if self.faults:
            raise SpecError(self.faults)
        return Document(value, self.marks, self.keys, self.file)

    def _not_yaml(self, error):
        from azext_ml.spec.yaml_faults import explained  # only when something is wrong
        return self._at(*explained(error, self.text))

    def _fault(self, mark, path, what, fix=None):
        self.faults.append(Diagnostic(self.file, mark.line + 1, mark.column + 1, spelled(path), what, fix))

    def _mark(self, mark):
        return Mark(self.file, mark.line + 1, mark.column + 1, self.base)

    def _read(self):
        """Builds the value of the first document from events, with an explicit stack instead of recursion."""
        result, stack, documents = None, [], 0
        while True:
            event = self.loader.get_event()
            kind = type(event)
            if kind is yaml.StreamEndEvent:
                return result
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents == 2:
                    raise self._at(event.start_mark, "holds more than one YAML document", "keep one document a file")
                continue
            if kind in (yaml.StreamStartEvent, yaml.DocumentEndEvent):
                continue
            top = stack[-1] if stack else None
            if kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                if len(stack) >= MAX_DEPTH:
                    raise self._at(event.start_mark, TOO_DEEP, "a spec is shallow; check the brackets and the indentation")
                if top and top.waits_for_key():
                    raise self._at(event.start_mark, "a key must be plain text", "quote it")
                path = top.next_path() if top else ()
                self.marks.setdefault(path, self._mark(event.start_mark))
                self._check_tag(event, path)
                stack.append(_Frame({} if kind is yaml.MappingStartEvent else [], path, event))
                continue
            if kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                frame = stack.pop()
                value, mark, anchor = frame.container, frame.event.start_mark, frame.event.anchor
            elif top and top.waits_for_key():
                top.key = self._key(event, top)
                continue
            else:
                path = top.next_path() if top else ()
                mark, anchor = event.start_mark, event.anchor
                self.marks.setdefault(path, self._mark(mark))
                value = self._alias(event, len(stack)) if kind is yaml.AliasEvent else self._scalar(event, path)
                anchor = None if kind is yaml.AliasEvent else anchor
            if anchor:
                self.anchors[anchor] = value
            self._count(1, mark)
            if not stack:
                result = value
            else:
                self._put(stack[-1], value, mark)

    def _at(self, mark, what, fix=None):
        return _broken(self.file, mark.line + 1, mark.column + 1, what, fix)

    def _count(self, more, mark):
        self.count += more
        if self.count > MAX_VALUES:
            raise self._at(mark, f"holds more than {MAX_VALUES:,} values once its aliases are followed",
                           "a spec is small; remove the aliases")

    def _alias(self, event, depth):
        if event.anchor not in self.anchors:
            raise self._at(event.start_mark, f"alias *{event.anchor} has no complete anchor &{event.anchor} before it",
                           "write the value out")
        return self._copy(self.anchors[event.anchor], event.start_mark, depth)

    def _copy(self, value, mark, depth):
        """An alias as data of its own, counted, so that a bomb of aliases is stopped while it grows."""
        self._count(1, mark)
        if not isinstance(value, (dict, list)):
            return value
        if depth >= MAX_DEPTH:
            raise self._at(mark, TOO_DEEP, "a spec is shallow; remove the aliases")
        if isinstance(value, dict):
            return {key: self._copy(item, mark, depth + 1) for key, item in value.items()}
        return [self._copy(item, mark, depth + 1) for item in value]

    def _key(self, event, top):
        if type(event) is not yaml.ScalarEvent:
            raise self._at(event.start_mark, "a key must be plain text", "write the key out")
        if event.tag is None and self.loader.resolve(yaml.ScalarNode, event.value, event.implicit) == _MERGE:
            return _MERGE
        key = event.value               # keys are text, however they look: 1, yes and ~ too
        path = top.path + (key,)
        if event.tag not in (None, "!", _SCALAR_TAG + "str"):
            self._tag(event, path)
        if key in top.container and key not in top.merged:
            self._fault(event.start_mark, path, f"key '{key}' is given twice (first in line {self.keys[path].line})",
                        "remove one of them")
        if path not in self.keys or key in top.merged:
            self.keys[path] = self._mark(event.start_mark)
            self.marks.pop(path, None)
        return key

    def _put(self, top, value, mark):
        if isinstance(top.container, list):
            top.container.append(value)
            return
        key, top.key = top.key, _NO_KEY
        if key is not _MERGE:
            top.container[key] = value
            top.merged.discard(key)
            return
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                self._fault(mark, top.path, "<< merges mappings only", "name a mapping: <<: *anchor")
                continue
            for name, item in source.items():
                if name not in top.container:
                    top.container[name] = item
                    top.merged.add(name)
                    self.keys.setdefault(top.path + (name,), self._mark(mark))
                    self.marks.setdefault(top.path + (name,), self._mark(mark))

    def _check_tag(self, event, path):
        if event.tag and event.tag not in ("!", _SCALAR_TAG + ("map" if type(event) is yaml.MappingStartEvent else "seq")):
            self._tag(event, path)

    def _tag(self, event, path):
        self._fault(event.start_mark, path, f"tag '{_short(event.tag)}' is not allowed here", "remove it; a spec is plain data")

    def _scalar(self, event, path):
        tag = event.tag
        if tag is None or tag == "!":
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        elif not tag.startswith(_SCALAR_TAG) or tag[len(_SCALAR_TAG):] not in ("str", "int", "float", "bool", "null"):
            self._tag(event, path)
            return event.value
        kind = tag[len(_SCALAR_TAG):]
        if kind in ("str", "timestamp", "value", "merge"):
            return event.value          # dates stay text: every field that wants one reads it itself
        if len(event.value) > MAX_DIGITS:
            return event.value
        construct = yaml.SafeLoader.yaml_constructors[tag]
        try:
            value = construct(self.loader, yaml.ScalarNode(tag, event.value, event.start_mark))
        except (ValueError, KeyError, IndexError, OverflowError, yaml.YAMLError):
            if event.tag:                   # an explicit !!int before what is none
                self._fault(event.start_mark, path, f"{event.value!r} is not what its tag {_short(tag)} says", "remove the tag")
            return event.value
        if kind in ("int", "float") and str(value) != event.value:
            spelled_number = SpelledInt(value) if kind == "int" else SpelledFloat(value)
            spelled_number.text = event.value
            return spelled_number
        return value


class _Frame:
    """A mapping or list that is being read."""

    __slots__ = ("container", "path", "event", "key", "merged")

    def __init__(self, container, path, event):
        self.container, self.path, self.event = container, path, event
        self.key = _NO_KEY
        self.merged = set()       # keys that came through <<, which a key of the mapping itself may replace

    def waits_for_key(self):
        return self.key is _NO_KEY and isinstance(self.container, dict)

    def next_path(self):
        if isinstance(self.container, list):
            return self.path + (len(self.container),)
        return self.path + ("<<" if self.key is _MERGE else self.key,)


def _short(tag):
    return "!!" + tag[len(_SCALAR_TAG):] if tag.startswith(_SCALAR_TAG) else tag
