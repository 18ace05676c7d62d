"""Import jobs: data of a database or of S3 into a datastore. On the wire they are commands that Data Factory runs."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec import types
from azext_ml.spec.choices import ByType
from azext_ml.spec.shapes.io import Literal, Output
from azext_ml.spec.types import Nested, OneOf


def _value(key, help):
    return f.of(Literal(), key, help, required=True)


class Source(f.Spec):
    connection = _value("connection", "Connection to the source.")


class Kind(types.Enum):
    """Kind of the source, a literal like the others."""

    def enc(self, value, dialect, at):
        return {"jobInputType": "literal", "value": value}

    def dec(self, wire, dialect, at):
        return wire.get("value") if isinstance(wire, dict) else wire


class Database(Source):
    type = f.of(Kind({word: word for word in ("azuresqldb", "azuresynapseanalytics", "snowflake")}), "type", "Kind of database.",
                required=True)
    query = _value("query", "Query whose rows are imported.")


class Files(Source):
    type = f.of(Kind({"s3": "s3"}), "type", "Kind of storage.", required=True)
    path = _value("path", "Path in the storage.")


SOURCE = OneOf(ByType("type", {**{word: Nested(Database) for word in Database.field("type").type.words}, "s3": Nested(Files)}))


class ImportJob(Job):
    compute = None
    parent_job_name = None
    type = f.enum(None, "An import of data.", {"import": "import"}, "exact", send=False)
    sent_type = f.constant("properties.jobType", "Command")
    command = f.constant("properties.command", "import")
    runs_on = f.constant("properties.computeId", lambda at: f"{at.facts['scope']}/computes/DataFactory")
    runs_in = f.constant("properties.environmentId",
                         lambda at: f"{at.facts['scope']}/environments/AzureML-sklearn-0.24-ubuntu18.04-py37-cpu")
    tags = f.mapping("properties.tags", "Tags.", nullable=True)
    properties = f.mapping("properties.properties", "Properties.", nullable=True)
    source = f.variants("properties.inputs", "Where the data is.", SOURCE.choice, required=True)
    output = f.nested("properties.outputs.output", "Where it goes.", Output, required=True)
