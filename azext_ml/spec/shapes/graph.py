"""What a client can tell of a pipeline's graph: bindings that lead nowhere, cycles, missing inputs, nodes without a compute."""

import re

from azext_ml.spec.diagnostics import Fault, nearest

_BINDING = re.compile(r"\$\{\{\s*parent\.(?:(inputs|outputs)\.([\w-]+)|jobs\.([\w-]+)\.(inputs|outputs)\.([\w-]+))\s*\}\}")


def check_graph(value, at):
    """Faults of a pipeline job or component: (path, Fault) pairs. What is not loaded is not judged."""
    jobs = value.get("jobs") or {}
    if not isinstance(jobs, dict):
        return
    edges = {}
    for name, node in jobs.items():
        if not isinstance(node, dict):
            continue
        for place, item in bound_items(node):
            path = ("jobs", name, *place) + (("path",) if isinstance(item, dict) else ())
            for found in bindings(item):
                yield from lost(value, jobs, path, *found)
                if found[2] and place[0] != "outputs":
                    edges.setdefault(name, {})[found[2]] = path
        yield from ports(name, node)
    yield from cycles(edges)


# Nodes are many: a fault in one does not hide what is wrong with the others.
check_graph.tolerant = True     # type: ignore[attr-defined]


def check_compute(value, at):
    """Nodes without a compute, where the pipeline has no default one. Serverless compute has to be asked for too."""
    if not value.get("compute") and not (value.get("settings") or {}).get("default_compute"):
        inner = value.get("component")
        yield from without_compute(value)
        yield from without_compute(inner, ("component",)) if isinstance(inner, dict) else ()


def without_compute(pipeline, path=()):
    for name, node in (pipeline.get("jobs") or {}).items():
        if not isinstance(node, dict):
            continue
        here = path + ("jobs", name)
        if node.get("type") == "pipeline":
            if isinstance(node.get("component"), dict):
                yield from without_compute(node["component"], here + ("component",))
        elif not node.get("compute") and not (node.get("type") == "spark" and node.get("resources")):
            yield here, Fault(f"the node '{name}' names no compute, and the pipeline has no default one",
                              "add `default_compute: serverless`, or one of your own, below the 'settings:' of the pipeline")


def bound_items(node):
    """(path in the node, value) of everything that may be bound to the pipeline or to another node."""
    for side in ("inputs", "outputs"):
        for port, item in (node.get(side) or {}).items():
            yield (side, port), item
    if node.get("type") == "automl":
        for key in ("training_data", "validation_data", "test_data"):
            yield (key,), node.get(key)


def bindings(item):
    text = item.get("path") if isinstance(item, dict) else item
    return _BINDING.findall(text) if isinstance(text, str) else ()


def lost(pipeline, jobs, path, side, name, job, jobside, port):
    """A binding to what is not there."""
    if side:
        known = pipeline.get(side) or {}
        if name not in known:
            yield path, Fault(f"the pipeline has no {side[:-1]} '{name}'", _guess(name, known))
        return
    if job not in jobs:
        yield path, Fault(f"the pipeline has no node '{job}'", _guess(job, jobs))
        return
    known = known_ports(jobs[job], jobside)
    if known is not None and port not in known:
        yield path, Fault(f"the node '{job}' has no {jobside[:-1]} '{port}'", _guess(port, known))


def known_ports(node, side):
    """Names of a node's inputs or outputs; None when its component is not loaded."""
    component = node.get("component") or node.get("trial")
    if isinstance(component, dict):
        return interface(component).get(side) or {}
    if component is not None or node.get("type") == "automl":
        return None
    return node.get(side) or {}


_FLOW = {"inputs": {"data": {}, "flow_outputs": {"optional": True}}, "outputs": {"flow_outputs": {}, "debug_info": {}}}


def interface(component):
    """Where the inputs and outputs of a loaded component stand: those of a flow are the same for all, and its nodes name more."""
    return _FLOW if "flow" in component else component


def ports(name, node):
    """Inputs that a loaded component does not know, and required ones that the node leaves out."""
    component = node.get("component")
    if not isinstance(component, dict):
        return
    known, given = interface(component).get("inputs") or {}, node.get("inputs") or {}
    outputs = interface(component).get("outputs") or {}
    for port in given:
        if port not in known and "flow" not in component:
            yield ("jobs", name, "inputs", port), Fault(f"the component has no input '{port}'", _guess(port, known), at_key=True)
    for port, declared in known.items():
        if port not in given and not declared.get("optional") and declared.get("default") is None:
            yield ("jobs", name), Fault(f"the required input '{port}' is missing", f"add it below 'inputs:' of the node '{name}'")
    for port in node.get("outputs") or {}:
        if port not in outputs:
            yield ("jobs", name, "outputs", port), Fault(f"the component has no output '{port}'", _guess(port, outputs), at_key=True)


def cycles(edges):
    """One fault for each ring of nodes that wait for each other, at the binding that closes it."""
    done = set()
    for start in edges:
        stack, way = [(start, iter(edges.get(start, ())))], [start]
        while stack and start not in done:
            node, following = stack[-1]
            for target in following:
                if target in way:
                    ring = way[way.index(target):] + [target]
                    yield edges[node][target], Fault(f"the nodes wait for each other: {' -> '.join(reversed(ring))}", "break the cycle")
                elif target not in done and target in edges:
                    stack.append((target, iter(edges[target])))
                    way.append(target)
                    break
            else:
                stack.pop()
                done.add(way.pop())


def _guess(name, known):
    guess = nearest(name, known)
    return f"did you mean '{guess}'?" if guess else f"it has {', '.join(known)}" if known else "it has none"
