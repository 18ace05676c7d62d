"""What a failing command leaves: an exit code, lines on stderr, nothing on stdout."""

import os

import pytest
from azure.cli.core.azclierror import InvalidArgumentValueError

from azext_ml.core import errors
from azext_ml.core.card import Verb
from azext_ml.spec.diagnostics import Diagnostic


@pytest.fixture(params=["az", "azml"])
def fail(request, noun, az_ml, azml):
    def fail(error, line=""):
        def try_(noun):
            raise error
        noun(Verb("try", "sample:try_", "Try.", scope="none", offline=True), handlers={"try_": try_})
        result = (az_ml if request.param == "az" else azml)(f"sample try {line}")
        assert result.out == ""
        return result
    fail.door = request.param
    return fail


@pytest.mark.parametrize("kind, code", [
    (errors.MLError, 1), (errors.UsageError, 2), (errors.NotFound, 3), (errors.JobFailed, 4), (errors.JobCanceled, 5),
    (errors.WaitTimeout, 6), (errors.NeedsLogin, 1), (errors.NeedsAzure, 1), (errors.TransferError, 1), (errors.UnsafePath, 1),
    (errors.LocalError, 1), (errors.ServiceError, 1)])
def test_exit_codes(fail, kind, code):
    result = fail(kind("It broke.", fix="Mend it."))
    assert result.code == code
    assert result.err == "ERROR: It broke.\nMend it.\n"


def test_every_error_is_told_to_az_by_a_class_of_its_own():
    from azure.cli.core import azclierror

    from azext_ml.cli.failures import _KINDS
    assert set(_KINDS) == {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)} - {"MLError"}
    assert all(hasattr(azclierror, name) for name in _KINDS.values())


def test_faults_of_a_file_stand_on_a_line_each(fail):
    result = fail(errors.SpecError([Diagnostic("job.yml", 3, 5, "compute", "'gpuu' is not known", "did you mean 'gpu'?"),
                                    Diagnostic("job.yml", 7, 1, "", "unknown key 'x'")]))
    assert result.code == 1
    assert result.err == ("ERROR: job.yml:3:5: compute: 'gpuu' is not known; did you mean 'gpu'?\n"
                          "ERROR: job.yml:7:1: unknown key 'x'\n")


def test_an_error_of_the_service_is_shown_with_what_support_asks_for(fail):
    result = fail(errors.ServiceError("The request is invalid.", status=400, code="UserError", request_id="1-2-3",
                                      details=[("InvalidSku", "The size is unknown."), (None, "Another."), ("X", "The request is invalid.")]))
    assert result.err == ("ERROR: (UserError) The request is invalid.\n  InvalidSku: The size is unknown.\n  Another.\n"
                          "  Request id: 1-2-3\n")


def test_commands_in_messages_are_those_of_the_door(fail):
    result = fail(errors.NotFound("Unknown to az ml job list.", fix="Run `az ml workspace create` or `az config set ml.backend=local`."))
    if fail.door == "az":
        assert "az ml job list" in result.err and "`az ml workspace create`" in result.err and "az config set" in result.err
    else:
        assert "azml job list" in result.err and "`azml workspace create`" in result.err and "azml config set" in result.err


def test_a_fault_of_ours_says_so_without_a_traceback(fail):
    result = fail(ZeroDivisionError("division by zero"))
    assert result.code == 1
    assert "ZeroDivisionError: division by zero" in result.err and "--debug" in result.err
    assert "Traceback" not in result.err


def test_debug_shows_the_traceback(fail):
    for error in (ZeroDivisionError("x"), errors.MLError("x")):
        assert "Traceback" in fail(error, "--debug").err


def test_the_machine_refusing_is_no_fault_of_ours(fail):
    result = fail(FileNotFoundError(2, os.strerror(2), "a.yml"))
    assert result.err == "ERROR: No such file or directory: a.yml\n" and result.code == 1
    assert fail(OSError(28, os.strerror(28))).err == "ERROR: No space left on device\n"


def test_errors_of_az_are_reported_by_az(fail):
    result = fail(InvalidArgumentValueError("Not that.", recommendation="This."))
    assert result.code == 1 and result.err == "ERROR: Not that.\nThis.\n"


def test_interruption(fail):
    result = fail(KeyboardInterrupt())
    assert result.code == 1 and result.err == "ERROR: Interrupted.\n"


def test_only_show_errors_shows_errors(fail):
    assert fail(errors.MLError("It broke."), "--only-show-errors").err == "ERROR: It broke.\n"


def test_telemetry_gets_no_text(fail):
    """Messages name files and resources; az sends what it is told."""
    from azure.cli.core import telemetry
    telemetry._session.result = "None"
    telemetry._session.result_summary = None
    fail(errors.NotFound("secret-name"))
    assert telemetry._session.error_type == "ResourceNotFoundError"
    assert "secret-name" not in str(vars(telemetry._session))
