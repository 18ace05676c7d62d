"""Fields of a feature store: those of every workspace, and where features are materialized."""

from azext_ml.spec import fields as f
from azext_ml.spec.shapes.workspace import Space, UserIdentity

_ACCOUNT = (r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/Microsoft\.Storage/storageAccounts/[^/]+"
            r"/blobServices/default/containers/[^/]+")
_CACHE = r"/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/[^/]+/.+/[^/]+"


class Runtime(f.Spec):
    spark_runtime_version = f.text("sparkRuntimeVersion", "Version of Spark.", required=True)


class OfflineStore(f.Spec):
    type = f.enum("type", "Kind of store.", {"azure_data_lake_gen2": "azure_data_lake_gen2"}, case="exact", required=True)
    target = f.text("target", "ARM id of a storage container.", _ACCOUNT, "give the ARM id of a container", required=True)


class OnlineStore(f.Spec):
    type = f.enum("type", "Kind of store.", {"redis": "redis"}, case="exact", required=True)
    target = f.text("target", "ARM id of a Redis cache.", _CACHE, "give its ARM id", required=True)


class MaterializationIdentity(UserIdentity):
    resource_id = f.text(None, "ARM id.", _CACHE, "give its ARM id", required=True, send=False)


class FeatureStore(Space):
    id = None
    kind = f.constant("kind", "featurestore")
    compute_runtime = f.nested("properties.featureStoreSettings.computeRuntime", "What features are computed with.", Runtime,
                               default={"spark_runtime_version": "3.4.0"})
    offline_store = f.nested(None, "Where features are materialized for training. Default: a new container.", OfflineStore,
                             send=False)
    online_store = f.nested(None, "Where features are materialized for inference.", OnlineStore, send=False)
    materialization_identity = f.nested(None, "Identity that materializes. Default: a new one.", MaterializationIdentity,
                                        send=False)
    auth_mode = f.constant("properties.systemDatastoresAuthMode", "identity")
