"""Services are tested through the app, with the fixtures of tests/local."""

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location("local_fixtures", Path(__file__).parents[1] / "local" / "conftest.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
clock, woken, app, empty, wire = _module.clock, _module.woken, _module.app, _module.empty, _module.wire
