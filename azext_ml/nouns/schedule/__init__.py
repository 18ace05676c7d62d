"""Schedules: pipelines, imports of data and monitors that start again and again."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE, MAX_RESULTS, SET, create, delete, name_of, show

CARD = Noun(
    "schedule", "Manage schedules.", (
        create("schedule", args=(FILE, name_of("schedule", False), SET), spec_args=False, no_wait=True,
               handler="azext_ml.nouns.schedule.commands:create", examples=(
                   ("Create a schedule from a YAML file.", "az ml schedule create --file schedule.yml"),)),
        show("schedule", (), "az ml schedule show --name my-schedule"),
        Verb("list", "azext_ml.verbs.list:list_", "List the schedules of a workspace.", (MAX_RESULTS,),
             examples=(("List the schedules of a workspace.", "az ml schedule list --output table"),)),
        delete("schedule", None, "az ml schedule delete --name my-schedule", no_wait=True),
    ),
    collection="schedules", api_version="2023-06-01-preview", kind="schedule", long=True,
    columns=(("Name", "name"), ("DisplayName", "display_name"), ("Enabled", "is_enabled"), ("State", "provisioning_state")))
