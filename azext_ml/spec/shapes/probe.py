"""How a model server is asked: time limits of requests, and probes of its health."""

from azext_ml.spec import fields as f
from azext_ml.spec import types


class Requests(f.Spec):
    request_timeout_ms = f.of(types.Duration("milliseconds"), "requestTimeout", "Milliseconds that a request may take.")
    max_concurrent_requests_per_instance = f.number("maxConcurrentRequestsPerInstance", "Requests at once on one instance.")


class Probe(f.Spec):
    period = f.duration("period", "Seconds between two probes.")
    initial_delay = f.duration("initialDelay", "Seconds before the first probe.")
    timeout = f.duration("timeout", "Seconds that a probe may take.")
    success_threshold = f.number("successThreshold", "Successes after a failure that count as recovered.")
    failure_threshold = f.number("failureThreshold", "Failures in a row that count as failed.")
