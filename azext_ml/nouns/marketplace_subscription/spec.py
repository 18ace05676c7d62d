"""Fields of a marketplace subscription."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.resource import CreationContext, Resource, State
from azext_ml.spec.types import Nested


class Plan(f.Spec):
    publisher_id = f.read_only("publisherId")
    offer_id = f.read_only("offerId")
    plan_id = f.read_only("planId")
    term_id = f.read_only("termId")


class MarketplaceSubscription(Resource):
    id = f.read_only("id")
    model_id = f.text("properties.modelId", "Id of the model, such as azureml://registries/<registry>/models/<model>.",
                      required=True)
    marketplace_plan = f.read_only("properties.marketplacePlan", type=Nested(Plan))
    status = f.read_only("properties.marketplaceSubscriptionStatus", type=State())
    provisioning_state = f.read_only("properties.provisioningState", type=State())
    system_data = f.read_only("systemData", type=Nested(CreationContext))
