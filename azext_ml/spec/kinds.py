"""Which kind of resource a document describes: by its `$schema`, else by its shape.

SCHEMAS: base name of a `$schema` address -> where its spec stands: a kind of spec.registry, then the words that its unions are
told (`job/command`); or the kind of the whole document, then another kind (`online_endpoint=managed_online_endpoint`).
Source: the fact tables of the official package, and public files.
"""

import re
from functools import cache

from azext_ml.spec.diagnostics import Wrong, nearest
from azext_ml.spec.registry import resolve
from azext_ml.spec.types import Nested
from azext_ml.spec.walk import branch, is_spec

SCHEMAS = {
    "commandJob": "job/command",
    "sweepJob": "job/sweep",
    "pipelineJob": "job/pipeline",
    "sparkJob": "job/spark",
    "autoMLJob": "job/automl",
    "autoMLForecastingJob": "job/automl/forecasting",
    "autoMLImageClassificationJob": "job/automl/image_classification",
    "autoMLImageClassificationMultilabelJob": "job/automl/image_classification_multilabel",
    "autoMLImageObjectDetectionJob": "job/automl/image_object_detection",
    "autoMLImageInstanceSegmentationJob": "job/automl/image_instance_segmentation",
    "autoMLNLPTextClassificationJob": "job/automl/text_classification",
    "autoMLNLPTextClassificationMultilabelJob": "job/automl/text_classification_multilabel",
    "autoMLNLPTextNERJob": "job/automl/text_ner",
    "parallelJob": "job=parallel_job",
    "dataTransferCopyJob": "job=data_copy_job",
    "dataTransferImportJob": "job=data_import_job",
    "dataTransferExportJob": "job=data_export_job",
    "importJob": "job/import",
    "fineTuningJob": "job/finetuning",
    "distillationJob": "job/distillation",
    "commandComponent": "component/command",
    "sparkComponent": "component/spark",
    "parallelComponent": "component/parallel",
    "pipelineComponent": "component/pipeline",
    "dataTransferComponent": "component/data_transfer",
    "autoMLComponent": "component/automl",
    "importComponent": "component/import",
    "flow": "component=flow_component",
    "run": "component=flow_run_component",
    "model": "model",
    "modelVersionPackage": "model_package",
    "data": "data",
    "dataImport": "data_import",
    "MLTable": "mltable",
    "azureBlob": "datastore/azure_blob",
    "azureFile": "datastore/azure_file",
    "azureDataLakeGen1": "datastore/azure_data_lake_gen1",
    "azureDataLakeGen2": "datastore/azure_data_lake_gen2",
    "oneLake": "datastore/one_lake",
    "hdfs": "datastore/hdfs",
    "amlCompute": "compute/amlcompute",
    "computeInstance": "compute/computeinstance",
    "kubernetesCompute": "compute/kubernetes",
    "vmCompute": "compute/virtualmachine",
    "synapseSparkCompute": "compute/synapsespark",
    "managedOnlineEndpoint": "online_endpoint=managed_online_endpoint",
    "kubernetesOnlineEndpoint": "online_endpoint=kubernetes_online_endpoint",
    "batchEndpoint": "batch_endpoint",
    "managedOnlineDeployment": "online_deployment/managed",
    "kubernetesOnlineDeployment": "online_deployment/kubernetes",
    "batchDeployment": "batch_deployment",
    "batchJob": "batch_job",
    "modelBatchDeployment": "batch_deployment=model_batch_deployment",
    "pipelineComponentBatchDeployment": "batch_deployment=pipeline_batch_deployment",
    "workspace": "workspace/default",
    "hub": "workspace/hub",
    "project": "workspace/project",
    "workspaceConnection": "connection",
    "azureBlobStoreConnection": "connection/azure_blob",
    "microsoftOneLakeConnection": "connection/azure_one_lake",
    "azureOpenAIConnection": "connection/azure_open_ai",
    "azureAIServicesConnection": "connection/azure_ai_services",
    "azureAISearchConnection": "connection/azure_ai_search",
    "azureContentSafetyConnection": "connection/azure_content_safety",
    "azureSpeechServicesConnection": "connection/azure_speech_services",
    "apiKeyConnection": "connection/api_key",
    "openAIConnection": "connection/open_ai",
    "serpConnection": "connection/serp",
    "serverlessConnection": "connection/serverless",
    "featureStore": "feature_store",
    "registry": "registry",
    "index": "index",
    "featureSet": "feature_set",
    "featureSetSpec": "feature_set_spec",
    "featureStoreEntity": "feature_store_entity",
    "serverlessEndpoint": "serverless_endpoint",
    "marketplaceSubscription": "marketplace_subscription",
    "schedule": "schedule",
    "monitorSchedule": "schedule=monitor_schedule",
    "azureOpenAIDeployment": "azure_openai_deployment",
    "environment": "environment",
    "capabilityHost": "capability_host",
    "deploymentTemplate": "deployment_template",
    "featureSetBackfill": "feature_set_backfill",
    "workspaceAssetReference": "workspace_asset_reference",
    "outboundRule": "outbound_rule",
}
_ADDRESS = re.compile(r"([^/]+?)(?:\.schema)?\.json$", re.I)
_OTHER_NAMES = {"connection": "connection", "onlinedeployment": "online_deployment", "dataindex": "index"}


def spec_of(base):
    """The Spec class or Type that a base name stands for."""
    root, _, other = SCHEMAS[base].partition("=")
    kind, *words = (other or root).split("/")
    found = resolve(kind)
    for word in words:
        found = found.choice.cases[word]
        found = resolve(found.spec) if isinstance(found, Nested) else found
    return found


def root_of(base):
    """The kind of the documents that name `base`."""
    return re.split("[=/]", SCHEMAS[base])[0]


def all_kinds():
    """Kinds of whole documents, in the order in which they are preferred when a document could be several."""
    return list(dict.fromkeys(root_of(base) for base in SCHEMAS))


def kind_of(value):
    """The kind of a loaded document, or None."""
    if not isinstance(value, dict):
        return None
    address = value.get("$schema")
    return named(address) or (None if _foreign(address) else by_shape(value))


def _foreign(address):
    """Whether an address is that of something else's schema. Prompt flow's lie beside those of Azure ML."""
    return isinstance(address, str) and "://" in address and ("azureml" not in address.lower() or "/promptflow/" in address)


def named(text):
    """The kind of a `$schema` address or base name, or None. Only the base name counts, whatever its case."""
    if not isinstance(text, str):
        return None
    match = _ADDRESS.search(text)
    base = (match[1] if match else text).lower()
    return _by_base().get(base)


@cache
def _by_base():
    return {**{base.lower(): root_of(base) for base in SCHEMAS}, **_OTHER_NAMES,
            **{kind: kind for kind in all_kinds()}}


def by_shape(value):
    """The kind whose keys fit a mapping best; None when more of its keys are unknown or missing than are known."""
    fits = [(_fit(kind, value), kind) for kind in all_kinds()]
    best = max(fits, key=lambda pair: pair[0])[0]
    return next(kind for fit, kind in fits if fit == best) if best > 0 else None


def _fit(kind, value):
    """Known keys less faults; 0 for what the kind cannot be."""
    spec = branch(resolve(kind), value)
    if spec is None:        # its discriminator is missing or misspelt
        return max((_fit_of(branch(resolve(kind), meant), meant, 2) for meant in _meant(resolve(kind), value)), default=0)
    return _fit_of(spec, value, 0)


def _fit_of(spec, value, faults):
    if not is_spec(spec):
        return 0
    known, required = _keys(spec)
    unknown, missing = len(value.keys() - known), sum(1 for key in required if value.get(key) is None)
    # An unknown key may be a missing one misspelt: the two are one fault.
    faults += max(unknown, missing) + sum(_strangeness(spec.field(key), value.get(key)) for key in ("type", "kind"))
    return max(len(value) - unknown - faults, 0)


@cache
def _keys(spec):
    """(keys that a Spec class knows, keys that must be there). What an option can give too, such as a name, may be missing."""
    fields = [field for field in spec.fields() if not field.constant]
    return (frozenset(key for field in fields for key in (field.key, *field.alias)),
            tuple(field.key for field in fields if field.required and not field.arg))


def _strangeness(field, word):
    """How much a word under `type` or `kind` speaks against a kind."""
    if word is None:
        return 0
    if field is None or field.read_only:
        return 2
    try:
        field.type.check(word)
        return -1 if field.tag or hasattr(field.type, "words") else 0
    except Wrong as wrong:
        return 1 if "did you mean" in str(wrong.fault.fix) else 3


def _meant(kind, value):
    """`value` with the words that its discriminator may have been meant to be."""
    choice = getattr(kind, "choice", None)
    key = getattr(choice, "key", None)
    word = value.get(key) if key else None
    if key is None or not isinstance(word, (str, type(None))):
        return
    for found in choice.cases if word is None else filter(None, [nearest(word, choice.cases)]):
        yield {**value, key: found}
