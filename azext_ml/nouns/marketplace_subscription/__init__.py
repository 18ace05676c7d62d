"""Marketplace subscriptions: the right to use a model of another publisher."""

from azext_ml.core.card import Noun, Verb
from azext_ml.core.standard import FILE_OR_OPTIONS, SET, create, delete, show

CARD = Noun(
    "marketplace-subscription", "Manage marketplace subscriptions to models.", (
        create("marketplace-subscription", args=(FILE_OR_OPTIONS, SET), no_wait=True, examples=(
            ("Subscribe to a model that a YAML file names.", "az ml marketplace-subscription create --file subscription.yml"),)),
        show("marketplace-subscription", (), "az ml marketplace-subscription show --name my-subscription"),
        Verb("list", "azext_ml.verbs.list:list_", "List the marketplace subscriptions of a workspace.",
             examples=(("List the marketplace subscriptions of a workspace.",
                        "az ml marketplace-subscription list --output table"),)),
        delete("marketplace-subscription", None, "az ml marketplace-subscription delete --name my-subscription", no_wait=True),
    ),
    collection="marketplaceSubscriptions", api_version="2024-01-01-preview", kind="marketplace_subscription", long=True,
    preview=True,
    columns=(("Name", "name"), ("Model", "model_id"), ("Status", "status")))
