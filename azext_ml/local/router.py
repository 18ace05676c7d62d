"""A trie of paths. Segments are compared without case, as Azure Resource Manager does; parameters keep their spelling."""


class Router:
    """Patterns such as `/subscriptions/{subscription}/providers/{*rest}`: `{x}` takes one segment, `{*x}` all that are left."""

    def __init__(self):
        self._root = {}

    def add(self, method, pattern, handler):
        node = self._root
        for segment in _segments(pattern):
            if segment.startswith("{*"):
                node = node.setdefault("*", {"name": segment[2:-1]})
            elif segment.startswith("{"):
                # The names belong to the pattern, not to the node: two patterns may call one position differently.
                node = node.setdefault("?", {})
            else:
                node = node.setdefault("/" + segment.lower(), {})
        names = [segment[1:-1] for segment in _segments(pattern) if segment[:1] == "{" and segment[1] != "*"]
        node.setdefault("methods", {})[method] = (handler, names)

    def find(self, path):
        """({method: (handler, parameters)}) of a path; {} when nothing answers it."""
        found = _walk(self._root, _segments(path), 0, [])
        if found is None:
            return {}
        node, values, rest = found
        methods = {}
        for method, (handler, names) in node["methods"].items():
            parameters = dict(zip(names, values))
            if rest is not None:
                parameters[node["name"]] = rest
            methods[method] = (handler, parameters)
        return methods


def _segments(path):
    return [segment for segment in path.split("/") if segment]


def _walk(node, segments, at, values):
    """The deepest match; a literal wins over a parameter, a parameter over a rest."""
    if at == len(segments):
        if "methods" in node:
            return node, values, None
    else:
        literal = node.get("/" + segments[at].lower())
        found = literal and _walk(literal, segments, at + 1, values)
        if not found and "?" in node:
            found = _walk(node["?"], segments, at + 1, values + [segments[at]])
        if found:
            return found
    if "*" in node:
        return node["*"], values, "/".join(segments[at:])
    return None
