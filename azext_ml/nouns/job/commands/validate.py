"""`job validate`."""

from azext_ml.verbs.prepare import prepared


def validate(ws, noun, file, overrides=None):
    """Checks a file. Raises SpecError with every fault; returns the result that scripts look for when there is none."""
    prepared(ws, noun, file, overrides)
    return {"result": "Succeeded"}
