"""What the YAML parser refuses, in words that say what to change."""

from typing import NamedTuple

import yaml


class Place(NamedTuple):
    """A mark as PyYAML makes them, from 0."""

    line: int
    column: int


def explained(error, text):
    """(mark, what, fix) of a yaml.YAMLError."""
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        start = odd.start()
        return (Place(text.count("\n", 0, start), start - text.rfind("\n", 0, start) - 1),
                f"holds the character U+{ord(odd[0]):04X}, which YAML does not allow", "remove it")
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    mark = getattr(error, "problem_mark", None) or Place(0, 0)
    line = "".join(text.splitlines()[mark.line:mark.line + 1])
    if problem == "found character that cannot start any token":
        character = line[mark.column:mark.column + 1]
        if character == "\t":
            return mark, "a tab, where only spaces can indent", "put spaces in its place"
        return mark, f"plain text cannot begin with {character}", "put the text in quotes"
    if problem == "did not find expected key" and line[:mark.column].strip():
        return mark, "text after the end of a value", "put the whole value in quotes"
    context = getattr(error, "context", None) or ""
    for words, what, fix, at_context in _MEANT:
        if words in problem or words in context:
            return error.context_mark if at_context and error.context_mark else mark, what, fix
    return mark, f"is not valid YAML: {problem}", "check indentation, quotes and colons there"


_BACKSLASH = "double the backslash, or use single quotes"

# What libyaml says (of the problem or of its context), what is meant, what to do, and whether the place where the context begins is
# the one to look at. The first that fits is used.
_MEANT = (
    ("unknown escape character", "a backslash sequence that YAML does not know", _BACKSLASH, False),
    ("invalid Unicode character escape", "a backslash sequence that is no character", _BACKSLASH, False),
    ("did not find expected hexdecimal", "a backslash sequence that YAML does not know", _BACKSLASH, False),
    ("a tab character that violates indentation", "a tab, where only spaces can indent", "put spaces in its place", False),
    ("while scanning an alias", "a '*', which begins an alias", "put the text in quotes", True),
    ("while scanning an anchor", "a '&', which begins an anchor", "put the text in quotes", True),
    ("quoted scalar", "a quote that is opened here and never closed", "close it", True),
    ("could not find expected ':'", "a line that is neither 'key: value' nor part of the text above",
     "add the ':' and a blank after it", True),
    ("mapping values are not allowed", "a ':' where no key can stand", "put the value in quotes, or check the indentation", False),
    ("did not find expected ',' or '}'", "a '{' that is opened here and not closed as it should be",
     "check the commas, and close it", True),
    ("did not find expected ',' or ']'", "a '[' that is opened here and not closed as it should be",
     "check the commas, and close it", True),
    ("did not find expected node content", "nothing where a value should be", "give the value, or close the bracket", False),
    ("did not find expected key", "a line whose indentation fits none of the lines above",
     "indent it as its neighbours are", False),
    ("did not find expected '-' indicator", "a line between the items of a list that is none of them",
     "begin it with '- ', or indent it as the line that the list belongs to", False),
    ("block sequence entries are not allowed", "a '-' where no item of a list can stand",
     "begin the list on a line of its own", False),
)
