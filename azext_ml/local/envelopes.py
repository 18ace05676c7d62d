"""Refusals, in the four envelopes that Azure ML uses (as recorded).

A handler raises what one of these functions returns:

    raise mfe(404, "UserError", "Job x not found.")
"""

from azext_ml.local.stamps import guid, stamp


class Refusal(Exception):
    """A request that is answered with an error. `body(now, operation)` makes the JSON, or None for an empty body."""

    def __init__(self, status, code, message, body, headers=()):
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = body
        self.headers = list(headers)


def mfe(status, code, message, *, details=(), inner=()):
    """Jobs, assets, endpoints, schedules (E1, E2). `details`: (code, message) pairs. `inner`: codes, outermost first."""
    def body(now, operation):
        info = [("ComponentName", "managementfrontend"), ("Correlation", {"operation": operation, "request": guid()}),
                ("Environment", "local"), ("Location", "local"), ("Time", stamp(now))]
        if inner:
            nested = None
            for each in reversed(inner):
                nested = {"code": each, "innerError": nested}
            info.append(("InnerError", nested))
        return {"error": {
            "code": code, "message": message,
            "details": [{"code": c, "message": m, "details": [], "additionalInfo": []} for c, m in details],
            "additionalInfo": [{"type": kind, "info": {"value": value}} for kind, value in info]}}
    return Refusal(status, code, message, body)


def arm(status, code, message):
    """The gateway: a workspace that is missing, no permission."""
    return Refusal(status, code, message, lambda now, operation: {"error": {"code": code, "message": message}},
                   [("x-ms-failure-cause", "gateway")])


def account(status, code, message, *, inner):
    """Connections and workspace features."""
    def body(now, operation):
        return {"error": {"code": code, "severity": None, "message": message, "messageFormat": None, "messageParameters": None,
                          "referenceCode": None, "detailsUri": None, "target": None, "details": [],
                          "innerError": {"code": inner, "innerError": None}, "debugInfo": None, "additionalInfo": None},
                "correlation": {"operation": operation, "request": guid()}, "environment": "local", "location": "local",
                "time": stamp(now), "componentName": "account-rp"}
    return Refusal(status, code, message, body)


def empty(status, message):
    """A status and nothing else: what a compute that is missing is answered with."""
    return Refusal(status, "", message, lambda now, operation: None)


def no_workspace(group, name):
    return arm(404, "ResourceNotFound",
               f"The Resource 'Microsoft.MachineLearningServices/workspaces/{name}' under resource group '{group}' was not found."
               " For more details please go to https://aka.ms/ARMResourceNotFoundFix")


def no_type(path):
    """What this workspace does not keep: Azure Resource Manager's status and code, and words that name the way out."""
    kind = path.partition("/workspaces/")[2].split("/")[1:2] or [path]
    return arm(404, "InvalidResourceType", f"The local workspace does not keep {kind[0]}."
               " An Azure workspace does: set AZURE_ML_BACKEND=azure.")


def malformed(message):
    return mfe(400, "BadRequest", "The request is invalid.", details=[("BadArgument", message)])


def needs_azure(what):
    """What only the cloud can do (local/needs_azure.py). 501: no client takes that for a reason to try again."""
    return mfe(501, "NeedsAzure", f"The local workspace cannot {what}: this needs an Azure Machine Learning workspace.")
