from azext_ml.local.runner.slots import Slots


class Waiter:
    def __init__(self, slots, number, compute="", limit=None):
        self.compute, self.told = compute, 0
        self.granted = slots.ask(number, compute, limit, self.tell)

    def tell(self):
        self.told += 1

    @property
    def has(self):
        assert self.told == self.granted.is_set()
        return self.granted.is_set()


def test_no_more_than_there_are_cores_first_come_first_served():
    slots = Slots(2)
    one, two, four, three = (Waiter(slots, number) for number in (1, 2, 4, 3))
    assert (one.has, two.has, three.has, four.has) == (True, True, False, False)
    slots.give_back("")
    assert (three.has, four.has) == (True, False)
    slots.give_back("")
    assert four.has


def test_a_full_cluster_lets_others_pass():
    slots = Slots(3)
    first, second, other = Waiter(slots, 1, "c", 1), Waiter(slots, 2, "c", 1), Waiter(slots, 3)
    assert (first.has, second.has, other.has) == (True, False, True)
    slots.give_back("c")
    assert second.has


def test_who_no_longer_waits_leaves_no_trace():
    slots = Slots(1)
    one, two, three = (Waiter(slots, number) for number in (1, 2, 3))
    slots.give_back("", two.granted)
    slots.give_back("")
    assert three.has and not two.has
    slots.give_back("", three.granted)          # granted at the very moment in which it gave up
    assert Waiter(slots, 4).has


def test_jobs_that_run_already_count():
    slots = Slots(1)
    slots.take("")
    slots.take("")                              # an agent may be followed by one with fewer cores
    waiting = Waiter(slots, 1)
    slots.give_back("")
    assert not waiting.has
    slots.give_back("")
    assert waiting.has
