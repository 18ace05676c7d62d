"""What a command line looks like: the vocabulary of a noun's CARD.

A card is data. It is all that is loaded when az builds its command table, so this module imports nothing beyond `typing`.
Handlers are named, not imported: `"azext_ml.nouns.job.commands:create"`.
"""

from typing import NamedTuple, Optional, Tuple


class Arg(NamedTuple):
    """One option of a verb.

    dest: keyword under which the handler receives it.  options: ("--name", "-n").
    type: text | int | number | flag | three_state (true/false) | file | folder | pairs ("a=b c=d" -> dict) | list (words).
    choices: allowed values.  group: heading in the help.  completes: noun whose names are offered by tab completion.
    default: value when the option is absent; None otherwise.
    """

    dest: str
    options: Tuple[str, ...]
    help: str
    type: str = "text"
    required: bool = False
    default: object = None
    choices: Tuple[str, ...] = ()
    group: Optional[str] = None
    completes: Optional[str] = None
    preview: bool = False
    deprecated: Optional[str] = None


class Verb(NamedTuple):
    """One command of a noun.

    handler: "module:function", called as function(ws, noun, **options) with a core.workspace.Workspace and the Noun; returns
    dict, list or None.  scope: "workspace" (-g and -w), "group" (-g) or "none".  spec_args: take further options from the
    `arg=` of the noun's spec fields.  update: adds --set/--add/--remove/--force-string; the handler gets `change`, a function
    dict -> dict.  confirm: text of the question that --yes skips.  no_wait: adds --no-wait.  columns: (heading, key) pairs of
    the table, in place of the noun's.  offline: needs neither workspace nor network, called as function(noun, **options); takes
    -g and -w all the same when its scope says so.
    """

    name: str
    handler: str
    summary: str
    args: Tuple[Arg, ...] = ()
    examples: Tuple[Tuple[str, str], ...] = ()
    details: str = ""
    scope: str = "workspace"
    spec_args: bool = False
    update: bool = False
    confirm: Optional[str] = None
    no_wait: bool = False
    columns: Optional[Tuple[Tuple[str, str], ...]] = None
    offline: bool = False
    preview: bool = False
    deprecated: Optional[str] = None


class Noun(NamedTuple):
    """One `az ml` noun.

    name: as typed ("model", "workspace outbound-rule").  collection: its ARM collection ("models").  api_version: what its
    requests carry.  kind: its name in spec.registry (None: it has no YAML).  versioned: container and versions.  long: its
    PUT and DELETE are long-running operations.  query: query parameters of its PUT.  steps: what a create does before its PUT,
    in order: `newest` (reads the newest version), `version` (asks for the next one when none is given), `upload`.
    answer: kind to print with, where it is not `kind`.  columns: (heading, key of the printed dict) pairs for `-o table`.
    home: where its collection stands: in the `workspace`, or in the resource `group`.
    """

    name: str
    summary: str
    verbs: Tuple[Verb, ...]
    collection: str = ""
    api_version: str = ""
    kind: Optional[str] = None
    answer: Optional[str] = None
    versioned: bool = False
    long: bool = False
    query: Tuple[Tuple[str, str], ...] = ()
    steps: Tuple[str, ...] = ("upload",)
    columns: Tuple[Tuple[str, str], ...] = ()
    home: str = "workspace"
    preview: bool = False
