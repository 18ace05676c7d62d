"""Monitors."""

from azext_ml.nouns.schedule.spec.schedule import Schedule


class MonitorSchedule(Schedule):
    pass
