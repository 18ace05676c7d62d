"""A single machine for one person."""

import re

from azext_ml.nouns.compute.spec.shared import Machine, Network, PublicAccess
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.types import Nested


class Ssh(f.Spec):
    schema_ = f.schema()
    admin_username = f.read_only("adminUserName")
    ssh_port = f.read_only("sshPort")
    ssh_key_value = f.text("adminPublicKey", "Public key that may log in.", arg="--ssh-key-value")


class OnBehalfOf(f.Spec):
    schema_ = f.schema()
    user_tenant_id = f.text("tenantId", "Tenant of the user whom the instance is made for.", arg="--user-tenant-id")
    user_object_id = f.text("objectId", "Object id of the user whom the instance is made for.", arg="--user-object-id")


class Trigger(f.Spec):
    time_zone = f.text("timeZone", "Time zone.", default="UTC")
    start_time = f.text("startTime", "When it begins to apply.")


class Cron(Trigger):
    type = f.tag("triggerType", {"cron": "Cron"}, "By a cron expression.")
    expression = f.text("expression", "Cron expression.", required=True)


class Pattern(f.Spec):
    hours = f.listing("hours", "Hours of the day.", types.Number(), sent={"arm": []})
    minutes = f.listing("minutes", "Minutes of the hour.", types.Number(), sent={"arm": []})
    week_days = f.listing("weekDays", "Days of the week.", types.Enum(
        {day: day for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}))


class Recurrence(Trigger):
    type = f.tag("triggerType", {"recurrence": "Recurrence"}, "At regular times.")
    frequency = f.enum("frequency", "Unit of the interval.", {unit: unit for unit in ("minute", "hour", "day", "week", "month")},
                       required=True)
    interval = f.number("interval", "Number of units between two runs.")
    schedule = f.nested("schedule", "Times within the unit.", Pattern, default={})



class StartStop(f.Spec):
    action = f.enum("action", "What is done.", {"start": "start", "stop": "stop"}, required=True)
    state = f.enum("status", "Whether the schedule applies.", {"enabled": "enabled", "disabled": "disabled"},
                   sent={"arm": "Enabled"})
    trigger = f.variants("trigger", "When it is done.", ByType("type", {"cron": Nested(Cron), "recurrence": Nested(Recurrence)},
                                                               tag="triggerType"))
    schedule_id = f.read_only("id")
    provisioning_state = f.read_only("provisioningStatus")


class Schedules(types.ListOf):
    """Start and stop schedules: `trigger: {type: cron, …}` is `cron: {…}` and `triggerType: Cron` on the wire."""

    def enc(self, value, dialect, at):
        for item in value:
            trigger = item.pop("trigger", None)
            if trigger:
                kind = trigger["triggerType"]
                item[kind.lower()] = trigger
                item["triggerType"] = kind
        return value

    def dec(self, wire, dialect, at):
        return [{**item, "trigger": item.get((item.get("triggerType") or "").lower())} for item in wire]


class ComputeSchedules(f.Spec):
    compute_start_stop = f.of(Schedules(Nested(StartStop)), "computeStartStop", "When the machine starts and stops.")


class Image(f.Spec):
    kind = f.constant("type", "docker")
    reference = f.text("reference", "Docker image.")


class Endpoint(f.Spec):
    name = f.constant("name", "connect")
    protocol = f.constant("protocol", "http")
    target = f.number("target", "Port in the container.", low=1025, high=65535)
    published = f.number("published", "Port that it is reached by.", low=1025, high=65535)


class Volume(f.Spec):
    kind = f.constant("type", "bind")
    read_only = f.constant("readOnly", False)
    source = f.text("source", "Folder on the machine.")
    target = f.text("target", "Folder in the container.")


class Variable(types.Loose):
    def enc(self, value, dialect, at):
        return {"type": "local", "value": value}

    def dec(self, wire, dialect, at):
        return super().dec(wire.get("value"), dialect, at)


class Application(f.Spec):
    show_empty = True
    docker = f.constant("docker.privileged", True)
    name = f.text("name", "Name.", required=True)
    type = f.enum("type", "Kind of application.", {"docker": "docker"}, default="docker")
    image = f.nested("image", "Image of the application.", Image)
    endpoints = f.listing("endpoints", "Ports.", Nested(Endpoint))
    environment_variables = f.mapping("environmentVariables", "Variables.", Variable())
    bind_mounts = f.listing("volumes", "Folders of the machine that the application sees.", Nested(Volume), shown=[])


class Minutes(types.Number):
    """`20` in YAML, `20m` on the wire."""

    def enc(self, value, dialect, at):
        return f"{value}m"

    def dec(self, wire, dialect, at):
        found = re.fullmatch(r"(\d+)m", str(wire))
        return int(found[1]) if found else None


class Script(f.Spec):
    source = f.constant("scriptSource", "workspaceStorage")
    path = f.text("scriptData", "Path of the script in the workspace's file share.")
    command = f.text("scriptArguments", "Command line.")
    timeout_minutes = f.of(Minutes(), "timeout", "Minutes after which it is ended.")


class SetupScripts(f.Spec):
    creation_script = f.nested("scripts.creationScript", "Runs once.", Script)
    startup_script = f.nested("scripts.startupScript", "Runs at every start.", Script)


class OsImage(f.Spec):
    schema_ = f.schema()
    is_latest_os_image_version = f.read_only("isLatestOsImageVersion")
    current_image_version = f.read_only("currentImageVersion")
    latest_image_version = f.read_only("latestImageVersion")


class IdleMinutes(types.Number):
    """`45` in YAML, `PT45M` on the wire."""

    def enc(self, value, dialect, at):
        return f"PT{value}M"

    def dec(self, wire, dialect, at):
        total = types.seconds(wire)
        return None if total is None else round(total / 60)


class IdleTime(types.Text):
    """An ISO 8601 duration, sent as it is."""

    wants = "a duration such as PT30M"

    def check(self, value):
        if types.seconds(super().check(value)) is None:
            raise Wrong(f"wants {self.wants}, got {types.shown(value)}", "or give idle_time_before_shutdown_minutes")
        return value


class ComputeInstance(Machine):
    type = f.tag("properties.computeType", {"computeinstance": "ComputeInstance"}, "Type of the compute.", arg="--type -t")
    # The service keeps every instance where its workspace is, and the official client always sends that region.
    location = f.text("location", "Region; always the workspace's.", send=False, arg="--location -l")
    region = f.constant("location", lambda at: at.facts["location"]())
    state = f.read_only("properties.properties.state")
    last_operation = f.read_only("properties.properties.lastOperation")
    services = f.read_only("properties.properties.applications")
    create_on_behalf_of = f.nested("properties.properties.personalComputeInstanceSettings.assignedUser", "Whom it is made for.",
                                   OnBehalfOf)
    ssh_public_access_enabled = f.of(PublicAccess(), "properties.properties.sshSettings.sshPublicAccess",
                                     "Open the SSH port to the internet.", arg="--ssh-public-access-enabled -p")
    ssh_settings = f.nested("properties.properties.sshSettings", "Who may log in.", Ssh)
    network_settings = f.nested("properties.properties", "Network of the machine.", Network, show_empty=False)
    schedules = f.nested("properties.properties.schedules", "When it starts and stops.", ComputeSchedules)
    idle_time_before_shutdown = f.of(IdleTime(), "properties.properties.idleTimeBeforeShutdown",
                                     "Idle time before it stops, ISO 8601.")
    idle_time_before_shutdown_minutes = f.of(IdleMinutes(), "properties.properties.idleTimeBeforeShutdown",
                                             "Idle minutes before it stops.")
    custom_applications = f.listing("properties.properties.customServices", "Applications in containers.", Nested(Application))
    setup_scripts = f.nested("properties.properties.setupScripts", "Scripts that set it up.", SetupScripts)
    os_image_metadata = f.read_only("properties.properties.osImageMetadata", type=Nested(OsImage))
    enable_sso = f.flag("properties.properties.enableSSO", "Sign in once for all applications.", default=True)
    enable_root_access = f.flag("properties.properties.enableRootAccess", "Allow root.", default=True)
    enable_os_patching = f.flag("properties.properties.enableOSPatching", "Patch the system.", default=False)
    release_quota_on_stop = f.flag("properties.properties.releaseQuotaOnStop", "Give back quota while stopped.", default=False)
    sharing = f.constant("properties.properties.applicationSharingPolicy", "Shared")
    authorization = f.constant("properties.properties.computeInstanceAuthorizationType", "personal")
