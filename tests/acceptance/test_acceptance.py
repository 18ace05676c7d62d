"""Folders of `az ml …` commands with what they print and what they ask the service.

A folder holds `script`, the files that it names, and two goldens: `output.txt` has every command with its stdout, its stderr
(lines that begin with `2> `) and its exit code, `requests.txt` every request that reached the local workspace, with its body
and status. `make golden` rewrites both; a changed golden is read before it is committed.

A script has one command a line, run from top to bottom in a copy of the folder, on a local workspace of its own:

    az ml model create --file model.yml      must end with exit code 0
    !3 az ml model show -n none -v 1         must end with exit code 3
    = text                                   the command above must have printed just this, whatever the goldens say
    55x az ml …                              runs 55 times, $N is the number, and stays out of the goldens
    az ml … > FILE                           writes what is printed to a file (so it stays out of the goldens)
    NAME=$(az ml … -o tsv)                   keeps what is printed; $NAME or ${NAME} stands for it in later lines
    export NAME=value                        sets a variable of the environment
    cat FILE | ls FOLDER | rm FILE           shows a file, lists the files below a folder, removes a file
    # text                                   is copied into the goldens
"""

import json
import re
import shlex
import shutil
from pathlib import Path
from string import Template
from urllib.parse import unquote, urlsplit

import pytest

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.rglob("script"))

COMMAND = re.compile(r"^(?:!(?P<code>\d+) )?(?:(?P<times>\d+)x )?(?:(?P<name>[A-Z_]+)=\$\()?az ml (?P<line>.*?)(?: > (?P<to>\S+))?(?(name)\))$")
# How often these ask depends on how long the job takes.
FOLLOWS = re.compile(r"^job stream\b|--stream\b|^job (create|cancel)\b.* -s\b")
SCOPE = re.compile(r"/subscriptions/0{8}(?:-0{4}){3}-0{12}/resourceGroups/(?P<group>[^/\s\"']+)"
                   r"/providers/Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/?\s\"'&]+)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.relative_to(HERE)))
def test_acceptance(case, tmp_path, root, az_ml, monkeypatch, request):
    here = tmp_path / "here"
    shutil.copytree(case, here, ignore=shutil.ignore_patterns("script", "output.txt", "requests.txt"))
    script = Script(az_ml, here, Mask(here, root), requests_of(monkeypatch))
    try:
        for line in (case / "script").read_text(encoding="utf-8").splitlines():
            script.run(line)
    finally:
        end_agents(root)
    assert not script.wrong, "\n".join(script.wrong)
    for name, text in (("output.txt", script.output), ("requests.txt", script.requests)):
        if request.config.getoption("--golden", default=False):
            (case / name).write_text(text, encoding="utf-8")
        assert text == (case / name).read_text(encoding="utf-8")


class Script:
    """Runs the lines of a script and writes the two transcripts."""

    def __init__(self, az_ml, here, mask, sent):
        self.az_ml, self.here, self.mask, self.sent = az_ml, here, mask, sent
        self.variables, self.environment = {}, {}
        self.output = self.requests = self.printed = ""
        self.wrong = []

    def run(self, line):
        found = COMMAND.match(line)
        if found and found["times"]:
            self._repeated(line, found)
        elif found:
            self._command(line, found)
        elif line.startswith("= "):
            if self.mask(self.printed) != line[2:]:
                self.wrong.append(f"{line}\nbut it printed {self.mask(self.printed)!r}")
        elif line.startswith("#") or not line.strip():
            self.output += f"{line}\n"
            self.requests += f"{line}\n"
        else:
            self.output += f"$ {line}\n"
            word, *words = shlex.split(Template(line).safe_substitute(self.variables))
            self.output += self.mask({"export": self._export, "cat": self._cat, "ls": self._ls, "rm": self._rm}[word](*words))

    def _repeated(self, line, found):
        for number in range(1, int(found["times"]) + 1):
            self.variables["N"] = number
            self._ran(line, found)
        self.output += f"$ {line}\n"
        self.requests += f"$ {line}\n"

    def _ran(self, line, found):
        expected = int(found["code"] or 0)
        words = shlex.split(Template(found["line"]).safe_substitute(self.variables))
        self.sent.clear()
        result = self.az_ml(words, cwd=self.here, env=self.environment)
        if result.code != expected:
            self.wrong.append(f"{line}\nexit code {result.code}, not {expected}\n{result.out}{result.err}")
        return result, expected

    def _command(self, line, found):
        result, expected = self._ran(line, found)
        self.printed = result.out.strip()
        shown = line[len(found["code"]) + 2:] if found["code"] else line
        self.output += f"$ {shown}\n"
        if found["name"]:
            self.variables[found["name"]] = self.printed
        elif found["to"]:
            (self.here / found["to"]).write_text(result.out, encoding="utf-8")
        else:
            self.output += self.mask(_ended(result.out))
        self.output += "".join(f"2> {text}".rstrip() + "\n" for text in shown_errors(self.mask(result.err)))
        self.output += f"exit {expected}\n" if expected else ""
        if not FOLLOWS.search(found["line"]):
            self.requests += f"$ {shown}\n" + "".join(self.mask(text) for text in self.sent)

    def _export(self, assignment):
        name, _, value = assignment.partition("=")
        self.environment[name] = value
        return ""

    def _cat(self, name):
        return _ended((self.here / name).read_text(encoding="utf-8"))

    def _ls(self, name):
        files = sorted(path for path in (self.here / name).rglob("*") if path.is_file())
        return "".join(f"{path.relative_to(self.here).as_posix()} ({path.stat().st_size} bytes)\n" for path in files)

    def _rm(self, name):
        (self.here / name).unlink()
        return ""


class Mask:
    """Replaces what differs from run to run. Names that were made up are numbered in the order in which they appear. ``~`` is
    the ARM id of the workspace `local`, ``~name`` that of another one.
    """

    MADE_UP = (("guid", re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-(?!0{12})[0-9a-f]{12}\b")),
               ("job", re.compile(r"\b[a-z]+_[a-z]+_[bcdfghjklmnpqrstvwxyz0-9]{10}\b")))
    ALWAYS = ((re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:?00)?"), "<time>"),
              (re.compile(r"\b(sig|se|st)=[^&\s\"]+"), r"\1=<secret>"),
              (re.compile(r"\bPython \d+\.\d+\.\d+ \(\S+\)"), "Python <version>"),
              (re.compile(r"\b127\.0\.0\.1:\d+"), "127.0.0.1:<port>"))

    def __init__(self, here, root):
        self.places = ((str(here), "<here>"), (str(root), "<root>"))
        self.seen = {kind: {} for kind, _ in self.MADE_UP}

    def __call__(self, text):
        for place, name in self.places:
            text = text.replace(place, name)
        text = SCOPE.sub(lambda found: "~" if found["workspace"] == "local" else "~" + found["workspace"], text)
        for pattern, name in self.ALWAYS:
            text = pattern.sub(name, text)
        for kind, pattern in self.MADE_UP:
            text = pattern.sub(lambda found, kind=kind: self._number(kind, found[0]), text)
        return text

    def _number(self, kind, value):
        seen = self.seen[kind]
        return f"<{kind}{seen.setdefault(value, len(seen) + 1)}>"


def shown_errors(text):
    """The lines of stderr, without the one that every command begins with and what az itself adds to a wrong command line."""
    own = re.split(r"\n\s*(?:Examples from command's help:|https://aka\.ms/cli_ref)", text)[0]
    return [line for line in own.splitlines() if line != "Local workspace 'local' in <root>."]


def requests_of(monkeypatch):
    """A list to which every request of this process to the local workspace is added, as text."""
    from azext_ml.rest.transport import WsgiTransport
    sent, send = [], WsgiTransport.send

    def sending(self, request, **options):
        body = _body(request)
        answer = send(self, request, **options)
        address = urlsplit(request.url)
        query = f"?{unquote(address.query)}" if address.query else ""
        sent.append(f"{request.method} {unquote(address.path)}{query} {answer.status_code}\n{body}")
        return answer
    monkeypatch.setattr(WsgiTransport, "send", sending)
    return sent


def _body(request):
    content = request.content
    if not content:
        return ""
    if not isinstance(content, (bytes, str)):
        return f"  {request.headers['Content-Length']} bytes\n"
    try:
        document = json.dumps(json.loads(content), sort_keys=True, indent=2, ensure_ascii=False)
    except ValueError:
        return f"  {len(content)} bytes\n"
    return "".join(f"  {line}\n" for line in document.splitlines())


def end_agents(root):
    """An agent whose lock is gone leaves at its next look; a byte in its FIFO makes it look now."""
    from azext_ml.local import launch
    for lock in root.glob("agents/*/*/lock"):
        lock.unlink()
        launch.wake(str(lock.parent))


def _ended(text):
    return text if not text or text.endswith("\n") else f"{text}\n"
