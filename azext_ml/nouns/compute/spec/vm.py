"""A virtual machine that is attached to a workspace."""

from pathlib import Path

from azext_ml.nouns.compute.spec.attached import Attached
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.diagnostics import Fault


class KeyFile(types.LocalFile):
    """A file whose text is sent."""

    def lower(self, value, at, plan):
        return Path(types.resolve(value, at)).read_text(encoding="utf-8")


class VmSsh(f.Spec):
    admin_username = f.text("administratorAccount.username", "Name of the administrator.", required=True)
    admin_password = f.text("administratorAccount.password", "Password of the administrator.", show=False)
    ssh_port = f.number("sshPort", "Port of SSH.", default=22)
    ssh_private_key_file = f.of(KeyFile(), "administratorAccount.privateKeyData", "File with the private key of the administrator.",
                                show=False)


def reachable(value, at):
    if not value.get("ssh_settings"):
        yield (), Fault("a virtual machine is reached over SSH, and there are no ssh_settings",
                        "add 'ssh_settings:' with admin_username and a password or key file")


class VirtualMachine(Attached):
    checks = (reachable,)

    type = f.tag("properties.computeType", {"virtualmachine": "VirtualMachine"}, "A virtual machine.", required=True)
    resource_id = f.text("properties.resourceId", "ARM id of the virtual machine.", required=True)
    compute_location = f.read_only("properties.computeLocation", show=False)
    ssh_settings = f.nested("properties.properties", "How it is logged in to.", VmSsh)
