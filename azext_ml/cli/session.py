"""The composition root: which workspace a command works on, and through what. The only module that knows rest and local.

Everything is imported where it is needed: a local command pays for no network client, an Azure command for no database.
"""

import os
import sys
import time
from importlib import import_module
from typing import NamedTuple, Optional

from azext_ml.cli.settings import LOCAL_NAME, LOCAL_SUBSCRIPTION, backend, extension_folder, setting
from azext_ml.core import ids
from azext_ml.core.card import Verb
from azext_ml.core.errors import NeedsAzure, NeedsLogin, NotFound, UsageError


def open_session(cli_ctx, door, verb, group, workspace, registry=None, *, quiet=False):
    """A core.workspace.Workspace for one command.

    group, workspace: the options; a text with `is_default` came from [defaults].  registry: of --registry-name.  quiet: for tab
    completion.
    Raises UsageError when a name is missing, NeedsLogin, LocalError, and NotFound for a local workspace that nobody made.
    """
    if registry and verb.scope != "none":       # verbs of what only registries have find theirs by themselves
        raise NeedsAzure("Registries are not supported yet.", fix="Leave out --registry-name to use a workspace.")
    names = _Names(verb, group, workspace or _default_workspace(cli_ctx.config, verb))
    terminal = Terminal(silent=quiet or bool(cli_ctx.only_show_errors))
    make = _local if backend(cli_ctx.config, door) == "local" else _azure
    return make(cli_ctx, door, terminal, names)


class _Names(NamedTuple):
    """What a command line says about where it works."""

    verb: Verb
    group: Optional[str]
    workspace: Optional[str]

    @property
    def wide(self):
        """Whether it is a list over the whole subscription."""
        return self.verb.scope == "group" and self.verb.name == "list" and not self.group

    @property
    def explicit(self):
        return self.workspace is not None and not getattr(self.workspace, "is_default", False)


def _default_workspace(config, verb):
    """Verbs of workspaces themselves have no -w to which knack could give the default."""
    return config.get(config.defaults_section_name, "workspace", fallback=None) if verb.scope == "group" else None


class Session:
    """core.workspace.Workspace. `group` is None for a list of workspaces that names no group, `name` for verbs of workspaces
    when there is no default one.

    containers: function (url, key) -> core.workspace.Container.  data_plane: see core.workspace.
    """

    def __init__(self, client, containers, terminal, subscription, names, tenant=None, data_plane=lambda region=None: ""):
        self.client, self.terminal, self.clock = client, terminal, Clock
        self.subscription, self.group, self.name = subscription, _text(names.group), _text(names.workspace)
        self._containers, self._names, self._tenant, self.data_plane = containers, names, tenant, data_plane

    @property
    def scope(self):
        return ids.scope(self.subscription, self.group, self.name)

    def container(self, url, *, key=None):
        return self._containers(url, key)

    def tenant(self):
        return self._tenant() if self._tenant else None

    def at(self, name, group=None):
        names = self._names._replace(workspace=name, group=group or self.group)
        return Session(self.client, self._containers, self.terminal, self.subscription, names, self._tenant, self.data_plane)


class Terminal:
    """core.workspace.Terminal on this process's stdout and stderr."""

    def __init__(self, *, silent=False):
        self._silent = silent
        self.interactive = not silent and sys.stderr.isatty()

    def say(self, text):
        if not self._silent:
            print(text, file=sys.stderr, flush=True)

    def warn(self, text):
        from knack.log import get_logger
        get_logger(__name__).warning(text)

    def log(self, data, *, result=True):
        stream = sys.stdout if result else sys.stderr
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()


class Clock:
    """core.workspace.Clock"""

    now = staticmethod(time.time)
    sleep = staticmethod(time.sleep)


# The local workspace ---------------------------------------------------------------------------------------------------------

def services():
    """The service classes of all nouns, for a local app."""
    from azext_ml.cli.table import noun_folders
    found = []
    for folder in noun_folders():
        if os.path.exists(os.path.join(extension_folder(), "azext_ml", "nouns", folder, "service.py")):
            found += import_module(f"azext_ml.nouns.{folder}.service").SERVICES
    return found


def local_app(root, *, token=None):
    """The local workspace's app, which starts an agent for a workspace when a job is queued there."""
    from azext_ml.local.app import App

    def wake(workspace):
        from azext_ml.local.launch import ensure_agent
        ensure_agent(root, workspace, agent_command(root, workspace))
    return App(root, services(), wake=wake, token=token)


def wake_agents(app, workspace=None):
    """Starts the agents of workspaces that have jobs and none, after a reboot for example. `workspace`: of this key only."""
    from azext_ml.local import jobqueue
    with app.store.reading() as tx:
        waiting = jobqueue.workspaces(tx)
    for key in waiting:
        if workspace in (None, key):
            app.wake(key)


def agent_command(root, workspace):
    """Arguments that start the agent of a workspace in a process of its own. `workspace` is a key, "group/name"."""
    code = f"import sys; sys.path.append({extension_folder()!r}); from azext_ml.cli.agent_main import main; main()"
    return [sys.executable, "-c", code, os.fspath(root), workspace]


def _local(cli_ctx, door, terminal, names):
    from azext_ml.local.root import find
    from azext_ml.local.store import workspace_key
    from azext_ml.rest.client import RestClient
    from azext_ml.rest.origins import Origins
    from azext_ml.rest.pipeline import in_process
    from azext_ml.rest.transport import BASE
    root = find(os.environ)
    app = local_app(root)
    client = RestClient(in_process(app), Origins(BASE, in_process=True), clock=Clock)

    def containers(url, key):
        from azext_ml.rest.blobs import container
        return container(url, client=client, key=key)
    if not names.wide:
        names = names._replace(group=names.group or LOCAL_NAME)
    explicit = names.explicit
    names = names._replace(workspace=names.workspace or LOCAL_NAME)
    session = Session(client, containers, terminal, cli_ctx.data.get("subscription_id") or LOCAL_SUBSCRIPTION, names)
    if names.verb.scope == "group":
        terminal.say(f"Local workspaces in {root}.")
    else:
        _find_or_make(app, session, explicit=explicit)
        wake_agents(app, workspace_key(session.group, session.name))
        terminal.say(f"Local workspace {session.name!r} in {root}.")
    return session


def _find_or_make(app, session, *, explicit):
    """A workspace whose name came from a default is made on first use; one that was named must be there."""
    with app.store.reading() as tx:
        if app.workspace(tx, f"{session.group}/{session.name}"):
            return
    if explicit:
        raise NotFound(f"There is no local workspace {session.name!r} in the group {session.group!r}.",
                       code="ResourceNotFound",
                       fix=f"Make it with `az ml workspace create -g {session.group} -n {session.name}`.")
    from azext_ml.nouns.workspace import CARD
    session.client.begin("PUT", session.scope, {"location": "local", "identity": {"type": "SystemAssigned"}, "properties": {}},
                         api_version=CARD.api_version).wait()


# Azure -----------------------------------------------------------------------------------------------------------------------

# Audience of tokens for the data plane, and the domain of its region hosts, by az's name of the cloud. az's cloud table has
# neither; these are the values of azure-ai-ml's own table. Last: the region that is asked where a registry is.
_DATA_PLANE = {
    "AzureCloud": ("https://ml.azure.com/.default", "api.azureml.ms", "eastus"),
    "AzureUSGovernment": ("https://ml.azure.us/.default", "api.ml.azure.us", "usgovarizona"),
    "AzureChinaCloud": ("https://ml.azure.cn/.default", "api.ml.azure.cn", "chinaeast2")}


def _azure(cli_ctx, door, terminal, names):
    from azext_ml import __version__
    from azext_ml.rest.client import RestClient
    from azext_ml.rest.credentials import tenant_of
    from azext_ml.rest.pipeline import network, over_network
    credential, origins = _access(cli_ctx, door)
    missing = ["--resource-group/-g"] if not (names.group or names.wide or names.verb.scope == "none") else []
    if names.verb.scope == "workspace" and not names.workspace:
        missing.append("--workspace-name/-w")
    if missing:
        raise UsageError(f"The following arguments are required: {', '.join(missing)}.",
                         fix="Give them, or set defaults with `az configure --defaults group=… workspace=…`.")
    subscription = _subscription(cli_ctx, door)
    verify = _verify()
    pipeline = over_network(network(verify=verify), origins, credential, clock=Clock,
                            user_agent=f"{door.program.replace(' ', '-')}/{__version__}")
    client = RestClient(pipeline, origins, clock=Clock)

    def containers(url, key):
        from azext_ml.rest.blobs import container
        return container(url, client=client, key=key, credential=credential, verify=verify)

    def tenant():
        return tenant_of(credential, origins.scope(origins.endpoint))
    return Session(client, containers, terminal, subscription, names, tenant, _data_plane(cli_ctx.cloud, origins))


def _access(cli_ctx, door):
    """(credential or None, Origins). To an endpoint that is not the cloud's own only a ready token is ever sent."""
    from azext_ml.rest.credentials import StaticToken
    from azext_ml.rest.origins import Origins, origin
    endpoint, token = setting(cli_ctx.config, "endpoint"), setting(cli_ctx.config, "access_token")
    cloud = cli_ctx.cloud
    audience = cloud.endpoints.active_directory_resource_id + "/.default"
    ready = StaticToken(token) if token else None
    if endpoint and origin(endpoint) != origin(cloud.endpoints.resource_manager):
        return ready, Origins(endpoint, audience if ready else None)
    data_plane, domain, _ = _DATA_PLANE.get(cloud.name, (None, None, None))
    origins = Origins(cloud.endpoints.resource_manager, audience, domains={domain: data_plane} if domain else None)
    return ready or _login(cli_ctx, door), origins


def _data_plane(cloud, origins):
    """Session.data_plane: of the cloud, or the endpoint itself where it is not the cloud's own."""
    from azext_ml.rest.origins import origin
    _, domain, home = _DATA_PLANE.get(cloud.name, (None, None, None))
    if not domain or origin(origins.endpoint) != origin(cloud.endpoints.resource_manager):
        return lambda region=None: ""
    return lambda region=None: f"https://{region or home}.{domain}"


def _login(cli_ctx, door):
    """The credential of az's profile, or in azml azure-identity's chain. NeedsLogin when there is none."""
    if door.prefix:
        return _of_profile(cli_ctx, lambda profile: profile.get_login_credentials(subscription_id=_given_subscription(cli_ctx))[0])
    import logging

    from knack.log import CliLogLevel
    if cli_ctx.logging.log_level != CliLogLevel.DEBUG:      # else every login that was not there is a warning of ten lines
        logging.getLogger("azure.identity").setLevel(logging.CRITICAL)
    return _Chain()


class _Chain:
    """azure-identity's default chain, made when a token is first wanted: it takes half a second to import."""

    _made = None

    def get_token(self, *scopes, **options):
        from azure.core.exceptions import ClientAuthenticationError
        try:
            if self._made is None:
                from azure.identity import DefaultAzureCredential
                self._made = DefaultAzureCredential()
            return self._made.get_token(*scopes, **options)
        except ImportError as error:
            raise _needs_login("install azure-identity and log in with `az login`") from error
        except ClientAuthenticationError as error:
            raise _needs_login("log in with `az login`, or set AZURE_CLIENT_ID and so on") from error


def _needs_login(way):
    return NeedsLogin(f"This command works on Azure and nobody is logged in: {way}, or use the local workspace, with "
                      "AZURE_ML_BACKEND=local or `az config set ml.backend=local`.")


def _subscription(cli_ctx, door):
    """--subscription, else AZURE_SUBSCRIPTION_ID, else that of az's profile."""
    given = _given_subscription(cli_ctx)
    if given:
        return given
    if door.prefix:
        return _of_profile(cli_ctx, lambda profile: profile.get_subscription_id())
    raise UsageError("No subscription is known.", fix="Give --subscription, or set AZURE_SUBSCRIPTION_ID.")


def _given_subscription(cli_ctx):
    return cli_ctx.data.get("subscription_id") or os.environ.get("AZURE_SUBSCRIPTION_ID")


def _of_profile(cli_ctx, ask):
    """What az's login knows. NeedsLogin when there is none, UsageError for a subscription that it does not reach."""
    from azure.cli.core._profile import Profile
    from knack.util import CLIError
    profile = Profile(cli_ctx=cli_ctx)
    try:
        return ask(profile)
    except CLIError as error:
        if profile.load_cached_subscriptions():
            raise UsageError(str(error)) from error
        raise _needs_login("run `az login`") from error


def _verify():
    """False when az was told not to verify certificates. A file of own certificates is requests' REQUESTS_CA_BUNDLE."""
    from azure.cli.core.util import should_disable_connection_verify
    return not should_disable_connection_verify()


def _text(name):
    """Without knack's mark on configured defaults; None for an empty text."""
    return str(name) if name else None
