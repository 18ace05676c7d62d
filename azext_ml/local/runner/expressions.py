"""`${{inputs.x}}`, `${{outputs.x}}` and optional `$[[ … ]]` sections.

A command is text for bash, so a value is quoted for the place in which its expression stands: bare, inside "…" or inside
'…'. Whatever the value holds (spaces, quotes, $, backticks, newlines) arrives as it is, as one argument.
"""

import re
import shlex

from azext_ml.local.runner.failure import Failure

EXPRESSION = re.compile(r"\$\{\{\s*(?P<name>[^{}]*?)\s*\}\}")
_SECTION = re.compile(r"\$\[\[(?P<body>.*?)\]\]", re.S)
_IN_SECTION = re.compile(r"^\s*(?P<name>[A-Za-z_]\w*\.[\w.-]+)\s*$")
_HEREDOC = re.compile(r"<<(?P<dash>-?)[ \t]*(?P<quote>['\"\\]?)(?P<word>[\w.-]+)['\"]?")


class UnknownName(Failure):
    """An expression names nothing."""


def command(text, values):
    """`text` with every expression replaced by its value, quoted for bash where it stands.

    `values`: {"inputs.x": text, or None for an optional input without a value}. Raises UnknownName.
    """
    text = _sections(text, values)
    result, end = [], 0
    scanner = _Quotes()
    for match in EXPRESSION.finditer(text):
        scanner.feed(text, end, match.start())
        result += text[end:match.start()], scanner.quote(_value(match["name"], values))
        end = match.end()
        scanner.word_start = False
    result.append(text[end:])
    return "".join(result)


def plain(text, values):
    """`text` with every expression replaced by its bare value: for paths and environment variables. Raises UnknownName."""
    return EXPRESSION.sub(lambda match: _value(match["name"], values), text)


def _value(name, values):
    if name not in values:
        known = ", ".join(sorted(values)) or "none"
        raise UnknownName(f"${{{{{name}}}}} names no input or output of this job (there are: {known}).")
    if values[name] is None:
        raise UnknownName(f"${{{{{name}}}}} has no value; put optional inputs in a $[[ … ]] section.")
    return values[name]


def _sections(text, values):
    """Optional sections: kept when all that they name has a value, else dropped. `$[[inputs.x]]` is short for
    `$[[${{inputs.x}}]]`, as public component files write it."""
    def section(match):
        body = _IN_SECTION.sub(r"${{\g<name>}}", match["body"])
        names = [found["name"] for found in EXPRESSION.finditer(body)]
        return body if all(values.get(name) is not None for name in names) else ""
    return _SECTION.sub(section, text)


class _Quotes:
    """Reads bash text from left to right and knows the quoting at the present place.

    The stack holds what is open: "'", '"', "$'" (ANSI-C quotes), "(" (any parentheses, also of `$(`), "((" (arithmetic),
    "`", "#" (comment), "<<" (a here-document that expands) and "<<'" (one that does not).
    """

    def __init__(self):
        self.stack = []
        self.word_start = True           # a "#" here begins a comment
        self._heredocs = []              # announced, not yet read: (delimiter, dash, expands)
        self._line_start = True          # inside a here-document: nothing of the present line was read yet

    def feed(self, text, start, end):
        at = start
        while at < end:
            at += self._step(text, at, end)

    def quote(self, value):
        inside = self.stack[-1] if self.stack else ""
        if inside == "'":
            return value.replace("'", "'\\''")
        if inside == '"':
            return re.sub(r'([\\$`"])', r"\\\1", value)
        if inside == "$'":
            return value.replace("\\", "\\\\").replace("'", "\\'")
        if inside == "<<":
            return re.sub(r"([\\$`])", r"\\\1", value)
        if inside in ("<<'", "#"):
            return value if inside == "<<'" else value.replace("\n", " ")
        quoted = shlex.quote(value)
        return quoted.replace("\\", "\\\\").replace("`", "\\`") if "`" in self.stack else quoted

    def _step(self, text, at, end):
        """Takes what stands at `at`; returns how many characters that was."""
        inside = self.stack[-1] if self.stack else ""
        char = text[at]
        word_start, self.word_start = self.word_start, char in " \t\n;&|()"
        if inside == "'":
            self._close_on(char, "'")
            return 1
        if inside == "#":
            if char == "\n":
                self.stack.pop()
                return self._newline(text, at)
            return 1
        if inside.startswith("<<"):
            return self._heredoc_text(text, at, end)
        if char == "\\":
            return 2
        if inside == "$'":
            self._close_on(char, "'")
            return 1
        if char == "`":
            self.stack.pop() if inside == "`" else self.stack.append("`")
            return 1
        if text.startswith("$((", at):
            self.stack.append("((")
            return 3
        if text.startswith("$(", at):
            self.stack.append("(")
            self.word_start = True
            return 2
        if inside == '"':
            self._close_on(char, '"')
            return 1
        return self._bare(text, at, char, inside, word_start)

    def _bare(self, text, at, char, inside, word_start):
        if text.startswith("$'", at):
            self.stack.append("$'")
            return 2
        if char in "'\"":
            self.stack.append(char)
        elif inside == "((" and text.startswith("))", at):
            self.stack.pop()
            return 2
        elif char == "(":
            self.stack.append("(")
        elif char == ")" and inside == "(":
            self.stack.pop()
        elif char == "#" and word_start:
            self.stack.append("#")
        elif char == "\n":
            return self._newline(text, at)
        elif text.startswith("<<<", at):
            return 3
        elif char == "<" and inside != "((":
            match = _HEREDOC.match(text, at)
            if match:
                self._heredocs.append((match["word"], bool(match["dash"]), not match["quote"]))
                return match.end() - at
        return 1

    def _newline(self, text, at):
        if self._heredocs:
            self.stack.append("<<" if self._heredocs[0][2] else "<<'")
            self._line_start = True
        return 1

    def _heredoc_text(self, text, at, end):
        """One line, or the part of it before the next expression."""
        word, dash, _ = self._heredocs[0]
        stop = text.find("\n", at, end)
        line = text[at:end if stop < 0 else stop]
        whole = self._line_start and (stop >= 0 or end == len(text))
        self._line_start = stop >= 0
        if whole and (line.lstrip("\t") if dash else line) == word:
            self.stack.pop()
            self._heredocs.pop(0)
            return len(line) + (self._newline(text, stop) if stop >= 0 else 0)
        return len(line) + (1 if stop >= 0 else 0)

    def _close_on(self, char, mark):
        if char == mark:
            self.stack.pop()
