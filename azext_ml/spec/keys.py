"""Which keys a mapping may, must and does not have: judged together, so that a misspelt key is one fault and not two."""

from azext_ml.spec.diagnostics import Wrong, nearest


def judge(spec, given):
    """Yields a Wrong for every unknown, empty and missing key of the mapping `given`."""
    unknown = [] if spec.keep_unknown or spec.drop_unknown else [key for key in given if spec.field(key) is None]
    lacking = [key for key in spec.known_keys() if spec.field(key).required and given.get(key) is None]
    free = [key for key in spec.known_keys() if key not in given]
    meant = {key: nearest(key, lacking) or nearest(key, free) for key in unknown}
    missing = [key for key in lacking if key not in given and key not in meant.values()]
    for key in unknown:
        what = f"unknown key '{key}'"
        if meant[key]:
            yield Wrong(what, f"did you mean '{meant[key]}'?", path=(key,), at_key=True)
        elif missing:           # a key that nobody knows beside one that nobody gave: most likely the one is the other
            wanted = missing.pop(0)
            yield Wrong(f"{what}, and the required key '{wanted}' is missing", f"rename it, or remove it and {adds(spec, wanted)}",
                        path=(key,), at_key=True)
        else:
            listed = [name for name in free if name != "$schema"]
            yield Wrong(what, f"known here: {', '.join(listed)}" if listed else "remove it", path=(key,), at_key=True)
    for key in lacking:
        if key in given:
            yield Wrong("is empty", f"give {spec.field(key).type.wants}", path=(key,), at_key=True)
        elif key in missing:
            yield Wrong(f"required key '{key}' is missing", adds(spec, key), option=spec.field(key).arg)


def adds(spec, key):
    return f"add '{key}:' with {spec.field(key).type.wants}"
