"""`job validate`."""

from azext_ml.verbs.prepare import checked


def validate(noun, file, overrides=None):
    """Checks a file. Raises SpecError with every fault; returns the result that scripts look for when there is none."""
    _, document, _ = checked(noun, file, overrides)
    result = {"result": "Succeeded"}
    if document.warnings:
        result["warnings"] = [str(warning) for warning in document.warnings]
    return result
