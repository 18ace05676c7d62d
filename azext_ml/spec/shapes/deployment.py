"""What online and batch deployments share."""

import os

from azext_ml.core.ids import ArmId
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape
from azext_ml.spec.diagnostics import Fault
from azext_ml.spec.shapes.endpoint import Name
from azext_ml.spec.shapes.resource import Resource
from azext_ml.spec.types import Inline, OneOf

_ENVIRONMENT = types.Ref("environments", show="long")
_UNNAMED = Inline("environment", _ENVIRONMENT, "anonymous_environment")
# Written in place with a name, an environment is registered under it; everywhere else such a name is ignored.
ENVIRONMENT = OneOf(ByShape(
    scalar=_UNNAMED, wants=_UNNAMED.wants,
    mapping=OneOf(ByKey({"name": Inline("named_environment", _ENVIRONMENT, "environment")}, default=_UNNAMED, guess=False))))
MODEL = Inline("model", types.Ref("models", show="long"), "model_in_place")


class EndpointInId(types.Text):
    """Name of the endpoint, which only the id of the deployment holds."""

    def dec(self, wire, dialect, at):
        found = ArmId.parse(wire)
        return found.segments[1] if found and len(found.segments) > 1 else None


def script_parses(value, at):
    """The scoring script is there and is Python. The fact `skip_script` leaves this out."""
    code, script = value.get("code"), value.get("scoring_script")
    if not code or not script or at.facts.get("skip_script") or not types.is_local(code) or list(types.Code().verify(code, at)):
        return
    import ast  # only where a script is looked at
    import warnings
    path = os.path.join(types.resolve(code, at), script)
    try:
        with open(path, "rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(stream.read(), path)
    except OSError as error:
        yield ("scoring_script",), Fault(f"'{script}' cannot be opened in '{code}': {error.strerror}", "name a file below 'code'")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if getattr(error, "lineno", None) else ""
        yield ("scoring_script",), Fault(f"'{script}' is not Python{line}: {getattr(error, 'msg', None) or error}",
                                         "mend it, or give --skip-script-validation")


class CodeConfiguration(f.Spec):
    checks = (script_parses,)

    schema_ = f.schema()
    code = f.of(types.Code(show="bare"), "codeId", "Folder of the scoring script.", required=True)
    scoring_script = f.text("scoringScript", "The script, relative to `code`.", required=True)


class Deployment(Resource):
    name = f.of(Name(), "name", "Name of the deployment.", required=True, send=False, arg="--name -n")
    endpoint_name = f.of(EndpointInId(), "id", "Endpoint that it belongs to.", required=True, send=False, arg="--endpoint-name -e")
    id = f.text("id", "Made by the service.", send=False)
    description = f.text("properties.description", "Description.", update=True)
    tags = f.mapping("tags", "Tags.", types.Loose(), nullable=True, sent={"arm": {}}, shown={}, update=True)
    region = f.constant("location", lambda at: at.facts["location"]())


class Assets(f.Spec):
    """What a deployment is made of. Field order is the order of the asset steps."""

    code_configuration = f.nested("codeConfiguration", "Scoring script and its folder.", CodeConfiguration)
    environment = f.of(ENVIRONMENT, "environmentId", "Environment to run in.")
    model = f.of(MODEL, "model", "Model to serve.")
