import random

from tests.faults import harness


def test_the_store_tells_the_truth_whatever_is_killed(tmp_path):
    seed = random.randrange(2**32)
    print("seed", seed)
    counts = harness.run(tmp_path, 20, seed)
    assert sum(count["rounds"] for count in counts.values()) == 20
    assert sum(count["kills"] for count in counts.values()) > 0
