"""Following a job: what is written when, when to ask again, how it ends."""

from types import SimpleNamespace

import pytest

from azext_ml.core.errors import JobCanceled, JobFailed, MLError
from azext_ml.nouns.job.commands import stream
from azext_ml.nouns.job.commands.stream import Pause, Tail

SCOPE = "/subscriptions/S/resourceGroups/G/providers/Microsoft.MachineLearningServices/workspaces/W"
LOG = "user_logs/std_log.txt"


class Service:
    """A workspace whose one job is at a later step each time its details are asked for. A step: (status, {log: bytes so far})."""

    def __init__(self, steps, error=None, warnings=()):
        self.steps, self.now, self.error, self.warnings = list(steps), -1, error, warnings
        self.scope, self.naps, self.warned, self.offsets = SCOPE, [], [], []
        self.client, self.clock, self.terminal = self, self, self

    def get(self, path, *, api_version="", query=None):
        if path.endswith("/details"):
            self.now = min(self.now + 1, len(self.steps) - 1)
            status, logs = self.steps[self.now]
            return {"status": status, "logFiles": {name: f"https://logs/{name}" for name in logs}, "error": self.error,
                    "warnings": [{"message": text} for text in self.warnings]}
        if path == SCOPE:
            return {"properties": {"discoveryUrl": "https://service/discovery"}}
        if path.startswith("https://service/discovery"):
            return {"api": "https://service"}
        return {"name": "j", "properties": {"status": self.steps[max(self.now, 0)][0], "services": {}}}

    def read(self, url, *, offset=0):
        self.offsets.append(offset)
        return self.steps[self.now][1][url.removeprefix("https://logs/")][offset:]

    def sleep(self, seconds):
        self.naps.append(seconds)

    def warn(self, text):
        self.warned.append(text)

    def follow(self):
        pieces = []
        noun = SimpleNamespace(collection="jobs", api_version="1", home="workspace")
        try:
            stream.follow(self, noun, "j", pieces.append)
        except MLError as error:
            return pieces, error
        return pieces, None


def text_of(pieces):
    return b"".join(pieces).decode()


HEAD = "RunId: j\n"
BEGIN = f"\nStreaming {LOG}\n{'=' * 31}\n\n"
END = "\nExecution Summary\n=================\nRunId: j\n\n"


def test_a_log_is_written_once_and_in_whole_lines():
    job = Service([("Starting", {}), ("Running", {LOG: b"one\ntw"}), ("Running", {LOG: b"one\ntwo\nthr"}), ("Completed", {LOG: b"one\ntwo\nthree\n"})])
    pieces, error = job.follow()
    assert error is None
    assert text_of(pieces) == HEAD + BEGIN + "one\ntwo\nthree\n" + END
    assert pieces[2:5] == [b"one\n", b"two\n", b"three\n"]
    assert job.offsets == [0, 6, 11]


def test_a_last_line_without_its_end_is_written_with_one():
    assert text_of(Service([("Completed", {LOG: b"one\ntwo"})]).follow()[0]) == HEAD + BEGIN + "one\ntwo\n" + END


def test_characters_that_come_in_two_pieces_stay_whole():
    line = "größe ☃\n".encode()
    job = Service([("Running", {LOG: line[:3]}), ("Completed", {LOG: line})])
    assert line in job.follow()[0]


def test_several_logs_in_the_order_of_their_names_and_no_others():
    logs = {"user_logs/std_log_1.txt": b"b\n", "user_logs/std_log_0.txt": b"a\n", "azureml-logs/20.txt": b"c\n", "system_logs/x.txt": b"no\n",
            "user_logs/std_log.json": b"no\n", "user_logs/other.txt": b"no\n"}
    text = text_of(Service([("Completed", logs)]).follow()[0])
    assert [line.split()[1] for line in text.splitlines() if line.startswith("Streaming")] == [
        "azureml-logs/20.txt", "user_logs/std_log_0.txt", "user_logs/std_log_1.txt"]
    assert "no\n" not in text


@pytest.mark.parametrize("status, error, expected, message", [
    ("Completed", None, None, None),
    ("Failed", {"error": {"code": "UserError", "message": "It broke."}}, JobFailed, "Job 'j' failed: It broke."),
    ("Failed", {"message": "It broke."}, JobFailed, "Job 'j' failed: It broke."), ("Failed", None, JobFailed, "Job 'j' failed."),
    ("Canceled", None, JobCanceled, "Job 'j' was canceled."), ("NotResponding", None, JobFailed, "Job 'j' stopped responding.")])
def test_how_it_ends(status, error, expected, message):
    pieces, found = Service([(status, {})], error).follow()
    assert text_of(pieces) == HEAD + END
    assert (type(found) if found else None, found and found.message) == (expected, message)


def test_warnings_stand_in_the_summary():
    assert "Warnings:\nMind the gap.\n" in text_of(Service([("Completed", {})], warnings=["Mind the gap."]).follow()[0])


def test_it_asks_often_while_the_log_grows_and_seldom_while_it_does_not(monkeypatch):
    monkeypatch.delenv("AZUREML_RUN_POLLING_INTERVAL_MIN", raising=False)
    job = Service([("Running", {})] * 30 + [("Running", {LOG: b"x\n"}), ("Running", {LOG: b"x\ny\n"}), ("Completed", {LOG: b"x\ny\n"})])
    job.follow()
    assert job.naps[0] < 0.3
    assert job.naps[:30] == sorted(job.naps[:30])
    assert job.naps[29] == 3
    assert job.naps[30] == job.naps[31] == 0.2


def test_the_official_variables_bound_how_often():
    pause = Pause({"AZUREML_RUN_POLLING_INTERVAL_MIN": "5", "AZUREML_RUN_POLLING_INTERVAL_MAX": "6"})
    assert [pause.next(False), pause.next(False), pause.next(True)] == [6, 6, 5]
    assert Pause({"AZUREML_RUN_POLLING_INTERVAL_MIN": "9"}).next(False) == 9
    assert Pause({"AZUREML_RUN_POLLING_INTERVAL_MIN": "soon"}).next(True) == 0.2


def test_ctrl_c_says_that_the_job_goes_on(monkeypatch):
    job = Service([("Running", {})])
    monkeypatch.setattr(job, "sleep", lambda seconds: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        job.follow()
    assert job.warned == ["Stopped following; the job goes on. `az ml job stream --name j` follows it again, `az ml job cancel --name j` ends it."]


def test_a_tail():
    tail = Tail()
    assert [tail.lines(b"a\nb", False), tail.lines(b"", False), tail.lines(b"c\n", False), tail.lines(b"d", True), tail.lines(b"", True)] == [
        b"a\n", b"", b"bc\n", b"d\n", b""]
