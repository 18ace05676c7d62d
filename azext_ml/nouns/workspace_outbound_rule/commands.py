"""Outbound rules."""

from azext_ml.verbs import create as creating

LISTS = ("fqdns", "destination__address_prefixes")


def set_(ws, noun, no_wait=False, **flags):
    """Creates or updates a rule. Lists are taken as words, as the official command's comma-separated text, or as both."""
    words = {dest: [word.strip() for text in flags[dest] for word in text.split(",") if word.strip()]
             for dest in LISTS if flags.get(dest)}
    return creating.create(ws, noun, no_wait=no_wait, **{**flags, **words})
