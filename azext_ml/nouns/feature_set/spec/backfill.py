"""What a backfill is asked for: features of a window of time that were not materialized yet. Source: recorded requests."""

from azext_ml.nouns.feature_set.spec import Compute
from azext_ml.spec import fields as f
from azext_ml.spec import types


class FeatureWindow(f.Spec):
    schema_ = f.schema()
    feature_window_start = f.text("featureWindowStart", "First moment, such as 2026-01-31T18:00:00.")
    feature_window_end = f.text("featureWindowEnd", "End of the window.")


class FeatureSetBackfill(f.Spec):
    schema_ = f.schema()
    name = f.text("name", "Name of the feature set.", required=True, send=False, arg="--name -n")
    version = f.of(types.Text(cast=True), "version", "Version of the feature set.", required=True, send=False, arg="--version -v")
    description = f.text("description", "Description of the job.", arg="--description")
    feature_window = f.nested("featureWindow", "Window of time.", FeatureWindow)
    resource = f.nested("resource", "Machines that materialize.", Compute)
    spark_configuration = f.mapping("sparkConfiguration", "Settings of Spark.", types.Anything())
    data_status = f.listing("dataAvailabilityStatus",
                            "States of the data that is materialized: None, Pending, Incomplete, Complete.")
    job_id = f.text("jobId", "Job whose failed windows are materialized again.")
    tags = f.mapping("tags", "Tags of the job.", types.Anything(), arg="--tags")
