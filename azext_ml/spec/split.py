"""A node that is written in place has two sides: the component that is created for it, and the node that names this component.

Both come from the same lowered value, so code and environment become one step each. The component declares inputs and outputs
that the file does not: they are inferred from what the node is given.
"""

import re

from azext_ml.spec.plan import Pending
from azext_ml.spec.registry import resolve

_PARENT = re.compile(r"^\s*\$\{\{\s*parent\.(?:(?P<side>inputs|outputs)\.(?P<name>[\w-]+)"
                     r"|jobs\.(?P<job>[\w-]+)\.(?P<jobside>inputs|outputs)\.(?P<port>[\w-]+))\s*\}\}\s*$")


# The same words mean the node, not the component.
NODE_ONLY = ("inputs", "outputs", "display_name", "properties", "queue_settings")


def split(kind, value, at):
    """(component, node) of a lowered node. `kind`: its Spec class; `at.root`: the pipeline around it, as checked."""
    component, node = resolve(f"anonymous_{kind.component}"), resolve(kind.node)
    made = {key: item for key, item in value.items() if component.field(key) is not None and key not in NODE_ONLY}
    made["inputs"] = {name: input_port(item, at.root) for name, item in (value.get("inputs") or {}).items()}
    made["outputs"] = {name: output_port(item, at.root) for name, item in (value.get("outputs") or {}).items()}
    return made, {key: item for key, item in value.items() if node.field(key) is not None}


def input_port(value, pipeline):
    """What a component declares for an input that is given `value`."""
    if isinstance(value, dict):
        if set(value) == {"value"}:
            return input_port(value["value"], pipeline)
        port = {"type": value["type"]} if value.get("type") else bound_port(value.get("path"), pipeline) or {"type": "uri_folder"}
        mode = value.get("mode") or ("mode" in port and port["mode"])
        return {"type": port["type"], **({"mode": mode} if mode else {})}
    found = bound_port(value, pipeline)
    if found is not None:
        return found
    return {"type": primitive(value), "default": value}


def output_port(value, pipeline):
    """What a component declares for an output that is bound to `value`; nothing: a folder."""
    if isinstance(value, dict):
        bound = bound_port(value.get("path"), pipeline) or {}
        port = {"type": value.get("type") or bound.get("type") or "uri_folder", "mode": value.get("mode") or bound.get("mode")}
    else:
        port = bound_port(value, pipeline) or {}
        port = {"type": port.get("type") or "uri_folder", "mode": port.get("mode")}
    return {key: item for key, item in port.items() if item}


def bound_port(text, pipeline, seen=()):
    """Type and mode of what an expression means, or None when the text is no expression of the pipeline."""
    match = _PARENT.match(text) if isinstance(text, str) else None
    if not match:
        return None
    if match["side"] == "inputs":
        return declared((pipeline.get("inputs") or {}).get(match["name"]))
    if match["side"] == "outputs":
        return output_port((pipeline.get("outputs") or {}).get(match["name"]), {})
    node = (pipeline.get("jobs") or {}).get(match["job"]) or {}
    if node.get("type") == "automl":
        return {"type": "mltable"}          # whatever the node says: so the official client takes it
    component = node.get("component") or node.get("trial")
    ports = component.get(match["jobside"]) or {} if isinstance(component, dict) else {}
    if match["port"] in ports:
        return {"type": ports[match["port"]].get("type", "uri_folder")}
    value = (node.get(match["jobside"]) or {}).get(match["port"])
    if (match["job"], match["port"]) in seen:
        return {"type": "uri_folder"}
    seen += ((match["job"], match["port"]),)
    if match["jobside"] == "inputs":
        return bound_port(value, pipeline, seen) or declared(value)
    bound = bound_port(value.get("path") if isinstance(value, dict) else value, pipeline, seen) or {}
    return {"type": (value.get("type") if isinstance(value, dict) else None) or bound.get("type") or "uri_folder"}


def declared(value):
    """Type and mode of an input of the pipeline: a value, data, or the port of a pipeline component."""
    if isinstance(value, dict):
        if set(value) == {"value"}:
            return {"type": primitive(value["value"])}
        return {"type": value.get("type") or "uri_folder", **({"mode": value["mode"]} if value.get("mode") else {})}
    return {"type": primitive(value)} if value is not None else {"type": "uri_folder"}


def primitive(value):
    if isinstance(value, (Pending, str)):
        return "string"
    return "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) else "number"
