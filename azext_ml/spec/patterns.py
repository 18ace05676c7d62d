"""Regular expressions, as JSON Schema has them, for what the types accept by rules of their own."""

import re


def spellings(words, case="lower", optional=False):
    """JSON Schema of one of a few words. Folded ones are the words themselves, which editors offer, or another spelling of one.
    `optional`: null will do too."""
    words = [str(word) for word in words]
    empty = [None] if optional else []
    if case == "exact":
        return {"enum": words + empty}
    pattern = caseless(words) if case == "lower" else f"^({'|'.join(_snake(word) for word in words)})$"
    return {"anyOf": [{"enum": words + empty}, {"type": "string", "pattern": pattern}]}


def caseless(words):
    """Pattern of one of several words in any case."""
    return f"^({'|'.join(_any_case(word) for word in words)})$"


def _any_case(word):
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else re.escape(c) for c in word)


def _snake(word):
    """system_assigned, SYSTEM_ASSIGNED, systemAssigned, SystemAssigned; abbreviations keep their capitals (AzureAISearch)."""
    head, *rest = word.lower().split("_")
    first = f"[{head[:1].upper()}{head[:1]}]{head[1:]}" if head[:1].isalpha() else head
    first = f"({first}|{head.upper()})" if len(head) <= SHORT else first
    later = "".join(f"({part.title()}|{part.upper()})" if len(part) <= SHORT else part.title() for part in rest)
    return "|".join(dict.fromkeys([word.lower(), word.upper(), first + later]))


SHORT = 3       # letters of what may be an abbreviation
# The patterns follow core.ids.Reference and spec.types.references.
EXPRESSION = r"\$\{\{.*\}\}"
BINDING = r"^\s*\$\{\{\s*parent\.[^}]*\}\}\s*$"
ID = r"^([aA][zZ][uU][rR][eE][mM][lL]:)?/[sS][uU][bB][sS][cC][rR][iI][pP][tT][iI][oO][nN][sS]/"
NAME = r"[^:@/]+"


def reference(versioned, plain, keep=()):
    """Pattern of a Ref: expressions, ids, URIs of the service, `azureml:name…`, and the words that are no names."""
    prefix = "(azureml:)?" if plain else "azureml:"
    named = f"^{prefix}({NAME}[:@]{NAME}|AzureML-{NAME})$" if versioned else f"^{prefix}{NAME}$"
    kept = [f"^({'|'.join(re.escape(word) for word in keep)})$"] if keep else []
    return "|".join([*kept, EXPRESSION, "^azureml://", ID, named])


WHOLE = r"^\s*[-+]?[0-9]+(_[0-9]+)*\s*$"
DECIMAL = r"^\s*[-+]?([0-9]+(_[0-9]+)*\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*$"
