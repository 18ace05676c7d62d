"""Every error that a user can meet, as one tree.

    MLError                     exit code 1
    ├── UsageError              2   the command line itself is wrong
    ├── NotFound                3   a named thing does not exist
    ├── JobFailed               4   the job that was waited for ended Failed
    ├── JobCanceled             5   ... ended Canceled
    ├── WaitTimeout             6   it had not ended in time
    ├── SpecError               1   a file is wrong: a list of diagnostics, all found at once
    ├── ServiceError            1   the service said no (its status, code, message, details)
    ├── NeedsLogin              1   Azure is wanted and nobody is logged in
    ├── NeedsAzure              1   only the cloud can do this
    ├── TransferError           1   bytes did not arrive as they were sent
    ├── UnsafePath              1   a name would lead outside the folder it belongs in
    └── LocalError              1   the local workspace cannot be used here

Compare errors by class or by `code`, never by text.  `message` says what is wrong and where, `fix` what to do; both are
complete sentences without a trailing newline and never hold a secret.
"""


class MLError(Exception):
    """Base of all errors that are reported without a traceback."""

    exit_code = 1

    def __init__(self, message, *, fix=None, code=None):
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.code = code or type(self).__name__


class UsageError(MLError):
    exit_code = 2


class NotFound(MLError):
    """A resource, file or name that does not exist. `status` is 404 when a service said so, else None."""

    exit_code = 3

    def __init__(self, message, *, fix=None, code=None, status=None):
        super().__init__(message, fix=fix, code=code)
        self.status = status


class JobFailed(MLError):
    exit_code = 4


class JobCanceled(MLError):
    exit_code = 5


class WaitTimeout(MLError):
    exit_code = 6


class SpecError(MLError):
    """One or more faults of a spec file. `diagnostics` are spec.diagnostics.Diagnostic, in file order."""

    def __init__(self, diagnostics):
        super().__init__("\n".join(str(d) for d in diagnostics))
        self.diagnostics = list(diagnostics)


class ServiceError(MLError):
    """The service refused or failed.

    `status` HTTP status (int), `code` the most precise service code found, `details` a list of (code, message) pairs from
    the inner levels, `request_id` the id to quote to support or None.
    """

    def __init__(self, message, *, status=None, code=None, details=(), request_id=None, fix=None):
        super().__init__(message, fix=fix, code=code)
        self.status = status
        self.details = list(details)
        self.request_id = request_id


class NeedsLogin(MLError):
    pass


class NeedsAzure(MLError):
    pass


class TransferError(MLError):
    pass


class UnsafePath(MLError):
    pass


class LocalError(MLError):
    pass
