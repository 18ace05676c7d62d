"""How a model server is asked: time limits of requests, and probes of its health."""

from azext_ml.spec import fields as f
from azext_ml.spec import types


class Milliseconds(types.Duration):
    """A time span: whole milliseconds in YAML, ISO 8601 on the wire."""

    def __init__(self):
        super().__init__()
        self.wants = "a whole number of milliseconds"

    def enc(self, value, dialect, at):
        whole, rest = divmod(value, 1000)
        text = types.iso_duration(whole)
        if not rest:
            return text
        fraction = f".{rest:03}".rstrip("0")
        return text[:-1] + fraction + "S" if text.endswith("S") else f"{text}{'' if 'T' in text else 'T'}0{fraction}S"

    def dec(self, wire, dialect, at):
        return round(types.seconds(wire) * 1000)


class Requests(f.Spec):
    request_timeout_ms = f.of(Milliseconds(), "requestTimeout", "Milliseconds that a request may take.")
    max_concurrent_requests_per_instance = f.number("maxConcurrentRequestsPerInstance", "Requests at once on one instance.")


class Probe(f.Spec):
    period = f.duration("period", "Seconds between two probes.")
    initial_delay = f.duration("initialDelay", "Seconds before the first probe.")
    timeout = f.duration("timeout", "Seconds that a probe may take.")
    success_threshold = f.number("successThreshold", "Successes after a failure that count as recovered.")
    failure_threshold = f.number("failureThreshold", "Failures in a row that count as failed.")
