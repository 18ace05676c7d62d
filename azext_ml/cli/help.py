"""Help of cards, in the form that knack reads: YAML texts in one dict (JSON is YAML)."""

import json

from knack.help_files import helps


def add_group(name, summary):
    helps[name] = json.dumps({"type": "group", "short-summary": summary})


def add_help(name, verb, door):
    """Registers the help of one command."""
    helps[name] = json.dumps({
        "type": "command", "short-summary": verb.summary, "long-summary": door.words(verb.details),
        "examples": [{"name": title, "text": door.words(text)} for title, text in verb.examples]})
