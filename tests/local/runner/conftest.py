import pytest

from tests.local.runner.world import World


@pytest.fixture
def world(tmp_path):
    """A local workspace with an agent of its own; nothing of it may be left running at the end."""
    made = World(tmp_path / "root")
    yield made
    made.close()
