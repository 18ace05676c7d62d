"""Errors as people and scripts meet them: one message, what to do about it, and an exit code. No traceback.

az's own handler knows the exit codes 1 and 3 only and imports 250 ms of clients to look for their exceptions, so a failure
is written here and the process ends with SystemExit, which az and knack pass through.
"""

import os
import sys

from knack.log import get_logger
from knack.util import CLIError

from azext_ml.core.errors import MLError

logger = get_logger(__name__)


def stop(error, door):
    """Reports `error` on stderr and raises SystemExit with its exit code. What az itself must report is raised again."""
    if isinstance(error, KeyboardInterrupt):
        write(["Interrupted."])
        raise SystemExit(1) from None
    if isinstance(error, BrokenPipeError):
        _drop_stdout()
        raise SystemExit(1) from None
    diagnostics = getattr(error, "diagnostics", None)
    if isinstance(error, MLError):
        lines, fix, code = told(error)
    elif isinstance(error, OSError) and error.strerror:
        lines, fix, code = [f"{error.strerror}: {error.filename}" if error.filename else error.strerror], None, 1
    elif isinstance(error, CLIError) or type(error).__module__.startswith("azure."):
        raise error
    else:
        lines, fix, code = [f"This is a fault of `{door.program}`: {type(error).__name__}: {error}"], _REPORT, 1
    logger.debug("The error was raised here:", exc_info=error)
    _classify(error)
    if diagnostics:
        point(diagnostics, door)
        lines = ()
    write([door.words(line) for line in lines], door.words(fix or ""))
    raise SystemExit(code) from None


def told(error):
    """(lines, fix, exit code) of an MLError: a line per diagnostic of a SpecError, the levels of a service's error."""
    diagnostics = getattr(error, "diagnostics", None)
    if diagnostics:
        return [str(diagnostic) for diagnostic in diagnostics], error.fix, error.exit_code
    message = str(error.message)
    status = getattr(error, "status", None)
    if status is not None and error.code not in (type(error).__name__, None) and error.code not in message:
        message = f"({error.code}) {message}"
    lines = [message]
    for code, detail in getattr(error, "details", ()):
        if detail and detail != error.message:
            lines.append(f"{code}: {detail}" if code else str(detail))
    if getattr(error, "request_id", None):
        lines.append(f"Request id: {error.request_id}")
    return ["\n  ".join(lines)], error.fix, error.exit_code


def write(lines, fix=""):
    """Errors to stderr in az's style, then what to do about them."""
    for line in lines:
        logger.error(line)
    if fix:
        print(fix, file=sys.stderr)


def point(diagnostics, door=None):
    """A line for each fault or warning; on a terminal the line of the file that it is about too."""
    terminal = sys.stderr.isatty()
    if terminal:
        from azext_ml.cli.excerpts import excerpt, reader
        read, colour = reader(), not (os.environ.get("NO_COLOR") or os.environ.get("AZURE_CORE_NO_COLOR") or os.name == "nt")
    for one in diagnostics:
        text = door.words(str(one)) if door else str(one)
        (logger.warning if one.severity == "warning" else logger.error)("%s", text)
        shown = excerpt(one, read, colour) if terminal and logger.isEnabledFor(30) else None
        if shown:
            print(shown, file=sys.stderr)


def _classify(error):
    """Tells az's telemetry the class of the failure, never its text: that may name files and resources."""
    telemetry = sys.modules.get("azure.cli.core.telemetry")
    if telemetry:
        telemetry.set_error_type(_KINDS.get(type(error).__name__, "CLIInternalError"))
        telemetry.set_user_fault() if isinstance(error, (MLError, OSError)) else telemetry.set_failure()


def _drop_stdout():
    """The reader of our output has gone: keeps the interpreter from failing again when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_REPORT = "Please report it together with what the same command prints with --debug."

# Our errors by the names of az's classes (azure.cli.core.azclierror).
_KINDS = {
    "UsageError": "ArgumentUsageError", "NotFound": "ResourceNotFoundError", "SpecError": "ValidationError",
    "ServiceError": "AzureResponseError", "NeedsLogin": "UnauthorizedError", "NeedsAzure": "InvalidArgumentValueError",
    "TransferError": "AzureConnectionError", "UnsafePath": "FileOperationError", "LocalError": "FileOperationError",
    "JobFailed": "DeploymentError", "JobCanceled": "ManualInterrupt", "WaitTimeout": "AzureInternalError"}
