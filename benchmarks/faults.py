"""Kills the command line, the agent, shims and users' processes at random moments, and prints what came of it.

    python benchmarks/faults.py --rounds 1000

See tests/faults/harness.py for what is checked after every round. Ends with code 1 at the first untruth.
"""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.faults import harness  # noqa: E402 - the project's folder is not on sys.path of a script


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", file=sys.stderr)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            counts = harness.run(folder, options.rounds, options.seed, lambda text: print(text, file=sys.stderr))
        except harness.Wrong as wrong:
            print(f"untrue: {wrong}")
            return 1
    columns = ("rounds", "kills", "Completed", "Failed", "Canceled")
    print(f"| killed | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for victim, count in counts.items():
        print(f"| {victim} | {' | '.join(str(count[column]) for column in columns)} |")
    print(f"\n{options.rounds} rounds in {time.monotonic() - began:.0f} s, seed {options.seed}: nothing confirmed was lost, every "
          "terminal status is true, no process is left.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
