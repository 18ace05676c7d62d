"""When something is done: as materializations and schedules say it."""

import re
from datetime import datetime

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.types import ListOf, Nested, OneOf

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Moment(types.Text):
    """A point in time, sent without zone: the trigger's time_zone is meant. Source: recorded requests."""

    wants = "a time such as 2026-01-31T18:00:00"
    schema = {"type": "string", "pattern": f"^{_MOMENT.pattern}$"}

    def check(self, value):
        found = _MOMENT.fullmatch(super().check(value))
        try:
            datetime.fromisoformat(f"{found[1]} {found[2]}:{found[3] or '00'}")
        except (TypeError, ValueError):
            raise Wrong(f"{types.shown(value)} is not a time", f"give {self.wants}") from None
        return value

    def verify(self, value, at):
        offset = _MOMENT.fullmatch(value)[4]
        if offset and offset != "Z":
            yield Fault(f"the offset {offset} is not taken into account", "leave it out, and give time_zone", severity="warning")

    def enc(self, value, dialect, at):
        found = _MOMENT.fullmatch(value)
        return f"{found[1]} {found[2]}:{found[3] or '00'}"


class OneOrMore(OneOf):
    """A value or a list of them; a list on the wire."""

    def __init__(self, kind):
        super().__init__(ByShape(scalar=kind, sequence=ListOf(kind)))

    def enc(self, value, dialect, at):
        return value if isinstance(value, list) else [value]


class Pattern(f.Spec):
    hours = f.of(OneOrMore(types.Number(low=0, high=23)), "hours", "Hours of the day.", required=True, sent={"arm": []})
    minutes = f.of(OneOrMore(types.Number(low=0, high=59)), "minutes", "Minutes of the hour.", required=True, sent={"arm": []})
    week_days = f.of(OneOrMore(types.Enum({day: day for day in DAYS})), "weekDays", "Days of the week.")
    month_days = f.of(OneOrMore(types.Number(low=1, high=31)), "monthDays", "Days of the month.")


class Trigger(f.Spec):
    start_time = f.of(Moment(), "startTime", "When it begins to apply. Default: at once.")
    end_time = f.of(Moment(), "endTime", "When it ceases to apply. Default: never.")
    time_zone = f.text("timeZone", "Time zone of all times, by its name in Windows.", default="UTC")


class Recurrence(Trigger):
    type = f.tag("triggerType", {"recurrence": "Recurrence"}, "At regular times.", required=True)
    frequency = f.enum("frequency", "Unit of the interval.", {unit: unit for unit in ("minute", "hour", "day", "week", "month")},
                       required=True)
    interval = f.number("interval", "Number of units between two times.", required=True)
    schedule = f.nested("schedule", "Times within the unit.", Pattern, default={})


class Cron(Trigger):
    type = f.tag("triggerType", {"cron": "Cron"}, "At times that a cron expression tells.", required=True)
    expression = f.text("expression", "Minute, hour, day of month, month and day of week.", required=True)


TRIGGER = OneOf(ByType("type", {"cron": Nested(Cron), "recurrence": Nested(Recurrence)}, tag="triggerType"))
RECURRENCE = Nested(Recurrence)
