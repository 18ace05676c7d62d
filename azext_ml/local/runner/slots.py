"""How many jobs run at once: as many as the machine has cores, and no more on a cluster than it has nodes."""

import threading

from azext_ml.core.ids import ArmId


class Slots:
    """`cores`: how many jobs in all. Waiting jobs are served in the order of their numbers."""

    def __init__(self, cores):
        self.cores = cores
        self._lock = threading.Lock()
        self._taken = {}                 # compute: number of jobs
        self._waiting = []               # (number, compute, limit, Event, tell)

    def ask(self, number, compute, limit, tell):
        """An Event that is set, before `tell()` is called, once the slot is the caller's. `limit`: of the compute, None for no
        more than the machine's."""
        granted = threading.Event()
        with self._lock:
            self._waiting.append((number, compute, limit, granted, tell))
            self._waiting.sort(key=lambda waiting: waiting[0])
            self._grant()
        return granted

    def take(self, compute):
        """Takes a slot at once: for a job that runs already."""
        with self._lock:
            self._taken[compute] = self._taken.get(compute, 0) + 1

    def give_back(self, compute, granted=None):
        """Frees a slot; with `granted`, the Event of a caller that no longer wants one."""
        with self._lock:
            still_waiting = [waiting for waiting in self._waiting if waiting[3] is not granted]
            if granted is None or len(still_waiting) == len(self._waiting):
                self._taken[compute] -= 1
            self._waiting = still_waiting
            self._grant()

    def _grant(self):
        for waiting in list(self._waiting):
            _, compute, limit, granted, tell = waiting
            if sum(self._taken.values()) >= self.cores:
                return
            if limit is None or self._taken.get(compute, 0) < limit:
                self._taken[compute] = self._taken.get(compute, 0) + 1
                self._waiting.remove(waiting)
                granted.set()
                tell()


def compute_of(tx, workspace, properties):
    """(compute, limit) of a job's body: the compute's name in lower case ("" for this machine) and how many jobs it runs at
    once, None when it has no limit of its own."""
    compute = ArmId.parse(properties.get("computeId") or "")
    if compute is None:
        return "", None
    document = tx.get(workspace.key, "computes", compute.name)
    inner = (document.body["properties"].get("properties") or {}) if document else {}
    nodes = (inner.get("scaleSettings") or {}).get("maxNodeCount")
    return compute.name.lower(), max(1, int(nodes)) if nodes is not None else None
