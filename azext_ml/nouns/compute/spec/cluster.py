"""A cluster of the service's own."""

from azext_ml.nouns.compute.spec.shared import Machine, Network, PublicAccess
from azext_ml.spec import fields as f


class SshSettings(f.Spec):
    admin_username = f.text("adminUserName", "Name of the administrator.", arg="--admin-username")
    admin_password = f.text("adminUserPassword", "Password of the administrator.", show=False, arg="--admin-password")
    ssh_key_value = f.text("adminUserSshPublicKey", "Public key of the administrator.", arg="--ssh-key-value")


class AmlCompute(Machine):
    type = f.tag("properties.computeType", {"amlcompute": "AmlCompute"}, "Type of the compute.", arg="--type -t")
    tier = f.enum("properties.properties.vmPriority", "Priority of the machines.", ("dedicated", "low_priority"), arg="--tier")
    min_instances = f.number("properties.properties.scaleSettings.minNodeCount", "Fewest nodes.", low=0, default=0, update=True,
                             arg="--min-instances")
    max_instances = f.number("properties.properties.scaleSettings.maxNodeCount", "Most nodes.", low=0, default=4, update=True,
                             arg="--max-instances")
    idle_time_before_scale_down = f.duration("properties.properties.scaleSettings.nodeIdleTimeBeforeScaleDown",
                                             "Seconds before an idle node is given back.", default=120, update=True,
                                             arg="--idle-time-before-scale-down -d")
    ssh_public_access_enabled = f.of(PublicAccess(), "properties.properties.remoteLoginPortPublicAccess",
                                     "Open the SSH port to the internet.", sent={"arm": "NotSpecified"},
                                     arg="--ssh-public-access-enabled -p")
    ssh_settings = f.nested("properties.properties.userAccountCredentials", "Administrator of the nodes.", SshSettings)
    network_settings = f.nested("properties.properties", "Network of the nodes.", Network)
    os_type = f.constant("properties.properties.osType", "Linux")
