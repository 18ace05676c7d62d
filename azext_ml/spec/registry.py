"""Where the spec of each kind stands. Kinds are resolved when they are walked, so nouns never import each other."""

from importlib import import_module

KINDS = {
    "job": "azext_ml.nouns.job.spec:Job",
    "command_job": "azext_ml.nouns.job.spec.command:CommandJob",
    "pipeline_job": "azext_ml.nouns.job.spec.pipeline:PipelineJob",
    "sweep_job": "azext_ml.nouns.job.spec.sweep:SweepJob",
    "spark_job": "azext_ml.nouns.job.spec.spark:SparkJob",
    "finetuning_job": "azext_ml.nouns.job.spec.finetuning:FineTuning",
    "distillation_job": "azext_ml.nouns.job.spec.distillation:DistillationJob",
    "import_job": "azext_ml.nouns.job.spec.import_:ImportJob",
    "automl_job": "azext_ml.nouns.job.spec.automl:AutoML",
    "automl_node": "azext_ml.spec.shapes.automl_nodes:AutoMLNodes",
    "command_node": "azext_ml.spec.shapes.nodes:CommandNode",
    "spark_node": "azext_ml.spec.shapes.nodes:SparkNode",
    "parallel_node": "azext_ml.spec.shapes.nodes:ParallelNode",
    "inline_parallel": "azext_ml.spec.shapes.nodes:InlineParallel",
    "hyperparameter": "azext_ml.spec.shapes.sweep:DISTRIBUTION",
    "component": "azext_ml.nouns.component.spec:Component",
    "component_answer": "azext_ml.nouns.component.spec:Answer",
    "command_component": "azext_ml.nouns.component.spec.command:CommandComponent",
    "spark_component": "azext_ml.nouns.component.spec.spark:SparkComponent",
    "parallel_component": "azext_ml.nouns.component.spec.parallel:ParallelComponent",
    "pipeline_component": "azext_ml.nouns.component.spec.pipeline:PipelineComponent",
    "anonymous_command_component": "azext_ml.nouns.component.spec.command:AnonymousCommandComponent",
    "anonymous_spark_component": "azext_ml.nouns.component.spec.spark:AnonymousSparkComponent",
    "anonymous_parallel_component": "azext_ml.nouns.component.spec.parallel:AnonymousParallelComponent",
    "anonymous_pipeline_component": "azext_ml.nouns.component.spec.pipeline:AnonymousPipelineComponent",
    "model": "azext_ml.nouns.model.spec:Model",
    "model_package": "azext_ml.nouns.model.package:ModelPackage",
    "model_in_place": "azext_ml.nouns.model.spec:ModelInPlace",
    "data": "azext_ml.nouns.data.spec:Data",
    "environment": "azext_ml.nouns.environment.spec:Environment",
    "anonymous_environment": "azext_ml.nouns.environment.spec:AnonymousEnvironment",
    "datastore": "azext_ml.nouns.datastore.spec:Datastore",
    "compute": "azext_ml.nouns.compute.spec:Compute",
    "aml_compute": "azext_ml.nouns.compute.spec.cluster:AmlCompute",
    "compute_instance": "azext_ml.nouns.compute.spec.instance:ComputeInstance",
    "kubernetes_compute": "azext_ml.nouns.compute.spec.kubernetes:Kubernetes",
    "vm_compute": "azext_ml.nouns.compute.spec.vm:VirtualMachine",
    "synapse_spark_compute": "azext_ml.nouns.compute.spec.synapse:SynapseSpark",
    "workspace": "azext_ml.nouns.workspace.spec:AnyWorkspace",
    "outbound_rule": "azext_ml.nouns.workspace_outbound_rule.spec:OutboundRule",
    "capability_host": "azext_ml.nouns.capability_host.spec:CapabilityHost",
    "azure_openai_deployment": "azext_ml.nouns.azure_openai_deployment.spec:AzureOpenAIDeployment",
    "deployment_template": "azext_ml.nouns.deployment_template.spec:DeploymentTemplate",
    "online_endpoint": "azext_ml.nouns.online_endpoint.spec:OnlineEndpoint",
    "managed_online_endpoint": "azext_ml.nouns.online_endpoint.spec:ManagedOnlineEndpoint",
    "kubernetes_online_endpoint": "azext_ml.nouns.online_endpoint.spec:KubernetesOnlineEndpoint",
    "online_deployment": "azext_ml.nouns.online_deployment.spec:OnlineDeployment",
    "managed_online_deployment": "azext_ml.nouns.online_deployment.spec.deployment:ManagedOnlineDeployment",
    "kubernetes_online_deployment": "azext_ml.nouns.online_deployment.spec.deployment:KubernetesOnlineDeployment",
    "collected_data": "azext_ml.nouns.online_deployment.spec.collector:CollectedData",
    "batch_deployment": "azext_ml.nouns.batch_deployment.spec:BatchDeployment",
    "classic_batch_deployment": "azext_ml.nouns.batch_deployment.spec.model:ClassicBatchDeployment",
    "model_batch_deployment": "azext_ml.nouns.batch_deployment.spec.model:ModelBatchDeployment",
    "pipeline_batch_deployment": "azext_ml.nouns.batch_deployment.spec.pipeline:PipelineBatchDeployment",
    "batch_job": "azext_ml.nouns.batch_endpoint.job:BatchJob",
    "batch_endpoint": "azext_ml.nouns.batch_endpoint.spec:BatchEndpoint",
    "connection_credentials": "azext_ml.nouns.connection.spec.credentials:CREDENTIALS",
    "connection": "azext_ml.nouns.connection.spec:Connection",
    "registry": "azext_ml.nouns.registry.spec:Registry",
    "feature_store": "azext_ml.nouns.feature_store.spec:FeatureStore",
    "feature_store_entity": "azext_ml.nouns.feature_store_entity.spec:FeatureStoreEntity",
    "feature_set": "azext_ml.nouns.feature_set.spec:FeatureSet",
    "feature_set_spec": "azext_ml.nouns.feature_set.spec.specification:FeatureSetSpec",
    "feature_set_backfill": "azext_ml.nouns.feature_set.spec.backfill:FeatureSetBackfill",
    "workspace_asset_reference": "azext_ml.nouns.model.reference:WorkspaceAssetReference",
    "index": "azext_ml.nouns.index.spec:Index",
    "serverless_endpoint": "azext_ml.nouns.serverless_endpoint.spec:ServerlessEndpoint",
    "marketplace_subscription": "azext_ml.nouns.marketplace_subscription.spec:MarketplaceSubscription",
}
_found = {}


def resolve(spec):
    """A Type or Spec class from the name of a kind; anything else is returned as it is."""
    if not isinstance(spec, str):
        return spec
    if spec not in _found:
        module, _, name = KINDS[spec].partition(":")
        _found[spec] = getattr(import_module(module), name)
    return _found[spec]
