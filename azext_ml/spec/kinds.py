"""Which kind of resource a document describes: by its `$schema`, else by its shape.

SCHEMAS: base name of a `$schema` address -> where its spec stands: a kind of spec.registry, then the words that its unions are
told. Source: the fact tables of the official package, and public files.
"""

import re
from functools import lru_cache

from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.registry import KINDS, resolve
from azext_ml.spec.types import Nested, OneOf
from azext_ml.spec.walk import branch, is_spec

SCHEMAS = {
    "commandJob": "job/command",
    "sweepJob": "job/sweep",
    "pipelineJob": "job/pipeline",
    "sparkJob": "job/spark",
    "commandComponent": "component/command",
    "sparkComponent": "component/spark",
    "parallelComponent": "component/parallel",
    "pipelineComponent": "component/pipeline",
    "environment": "environment",
    "data": "data",
    "model": "model",
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
    "workspace": "workspace",
    "workspaceConnection": "connection",
    "registry": "registry",
    "index": "index",
    "featureSet": "feature_set",
    "featureSetSpec": "feature_set_spec",
    "featureStoreEntity": "feature_store_entity",
    "serverlessEndpoint": "serverless_endpoint",
    "marketplaceSubscription": "marketplace_subscription",
}
_ADDRESS = re.compile(r"([^/]+?)(?:\.schema)?\.json$", re.I)


def spec_of(base):
    """The Spec class or Type that a base name stands for."""
    kind, *words = SCHEMAS[base].split("/")
    found = resolve(kind)
    for word in words:
        found = found.choice.cases[word]
        found = resolve(found.spec) if isinstance(found, Nested) else found
    return found
