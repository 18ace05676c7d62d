"""When a schedule starts what it starts."""

import re
from datetime import datetime

from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByShape, ByType
from azext_ml.spec.diagnostics import Fault, Wrong
from azext_ml.spec.types import Nested, OneOf


class Moment(types.Text):
    """A date and time, in the time zone that stands beside it."""

    wants = "a date and time such as 2030-01-31T10:00:00"
    _FORM = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?([.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?", re.I)
    schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d)?([.,]\d+)?\s*([Zz]|[+-]\d\d:?\d\d)?$"}

    def check(self, value):
        found = self._FORM.fullmatch(value.strip()) if isinstance(value, str) else None
        try:
            moment = datetime.fromisoformat(f"{found[1]} {found[2]}{found[3] or ':00'}") if found else None
        except ValueError:
            moment = None
        if moment is None:
            raise Wrong(f"{types.shown(value)} is not {self.wants}")
        return value.strip()

    def verify(self, value, at):
        found = self._FORM.fullmatch(value)
        if found[5] and (found[5].upper(), at.me.get("time_zone", "UTC")) != ("Z", "UTC"):
            yield Fault(f"the offset '{found[5]}' is not used: times are in the time zone {at.me.get('time_zone', 'UTC')}",
                        "leave it out, and set time_zone", severity="warning")

    def enc(self, value, dialect, at):
        found = self._FORM.fullmatch(value)
        return f"{found[1]} {found[2]}{found[3] or ':00'}"


class Several(OneOf):
    """One value, or several: sent as a list."""

    def __init__(self, item):
        super().__init__(ByShape(scalar=item, sequence=types.ListOf(item), wants=f"{item.wants}, or a list of such"))

    def enc(self, value, dialect, at):
        return value if isinstance(value, list) else [value]


WEEK_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Pattern(f.Spec):
    hours = f.of(Several(types.Number(low=0, high=23)), "hours", "Hours of the day.", required=True)
    minutes = f.of(Several(types.Number(low=0, high=59)), "minutes", "Minutes of the hour.", required=True)
    week_days = f.of(Several(types.Enum({day: day for day in WEEK_DAYS})), "weekDays", "Days of the week.")
    month_days = f.of(Several(types.Number(low=1, high=31)), "monthDays", "Days of the month.")


class Trigger(f.Spec):
    start_time = f.of(Moment(), None, "When it begins; none: now.")
    end_time = f.of(Moment(), None, "When it ends; none: never.")
    time_zone = f.text(None, "Time zone of all times, by its name in Windows.", default="UTC")


class Cron(Trigger):
    type = f.tag("triggerType", {"cron": "Cron"}, "Times as a cron expression.", required=True)
    expression = f.text(None, "Minute, hour, day of month, month and day of week.", required=True)


class Recurrence(Trigger):
    type = f.tag("triggerType", {"recurrence": "Recurrence"}, "Again and again.", required=True)
    frequency = f.enum(None, "Unit of the interval.", {word: word for word in ("minute", "hour", "day", "week", "month")}, required=True)
    interval = f.number(None, "How many units lie between two starts.", required=True)
    schedule = f.nested(None, "Times of the day, and days.", Pattern, sent={"arm": {"hours": [], "minutes": []}})


TRIGGER = OneOf(ByType("type", {"cron": Nested(Cron), "recurrence": Nested(Recurrence)}, tag="triggerType"))
