"""The two ways in which a job ends before its time."""


class Failure(Exception):
    """The job fails. `message` is a sentence for the user, `code` what its error carries."""

    def __init__(self, message, code="UserError"):
        super().__init__(message)
        self.message = message
        self.code = code


class Stopped(Exception):
    """The job was canceled, or the agent is to leave, while something was being prepared."""
