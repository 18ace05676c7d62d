"""The official SDK in the comparison of specs.py: a file is loaded, or loaded and validated. Prints seconds as JSON.

    python specs_peer.py KIND=FILE…         each of the files, loaded in one process
    python specs_peer.py validate FILE      a job, loaded and validated: [seconds of the one, of the other]
"""

import json
import logging
import sys
import time
import warnings

import azure.ai.ml as official

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def timed(kind, path):
    function = getattr(official, f"load_{kind}", None)
    if function is None:
        return None
    started = time.perf_counter()
    try:
        function(path)
    except Exception:       # it refuses some: these are left out of the comparison
        return None
    return time.perf_counter() - started


if __name__ == "__main__":
    if sys.argv[1] != "validate":
        print(json.dumps({spec: timed(*spec.split("=", 1)) for spec in sys.argv[1:]}))
    else:
        started = time.perf_counter()
        job = official.load_job(sys.argv[2])
        loaded = time.perf_counter()
        job._validate()
        print(json.dumps([loaded - started, time.perf_counter() - loaded]))
