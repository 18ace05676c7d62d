"""Every kind of schedule, told apart by what it does."""

from azext_ml.spec.choices import ByKey
from azext_ml.spec.dialects import look
from azext_ml.spec.types import Nested, OneOf

_KEYS = {"CreateJob": "create_job", "ImportData": "import_data", "CreateMonitor": "create_monitor"}

Schedule = OneOf(ByKey({"create_monitor": Nested("monitor_schedule"), "import_data": Nested("import_schedule"),
                        "create_job": Nested("job_schedule")}, Nested("job_schedule"),
                       wire=lambda wire, dialect: _KEYS.get(str(look(wire, "properties.action.actionType")))))
