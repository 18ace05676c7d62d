"""Jobs that the service runs as nodes of a pipeline only. No union of jobs names them: they are there for their schemas."""

from azext_ml.nouns.job.spec.job import Job
from azext_ml.spec import fields as f
from azext_ml.spec.shapes.data_transfer import COPY_MODES, SOURCE
from azext_ml.spec.shapes.io import INPUT, Output
from azext_ml.spec.shapes.parallel import ParallelBody
from azext_ml.spec.types import Loose, Nested


def _inputs():
    return f.mapping(None, "What it reads.", INPUT)


def _outputs():
    return f.mapping(None, "What it writes.", Nested(Output), nullable=True)


class ParallelJob(Job, shapes=[ParallelBody]):
    type = f.tag(None, "parallel", "A job over many mini-batches.", case="exact")
    environment_variables = f.mapping(None, "Variables of the process.", Loose(), nullable=True)
    inputs, outputs = _inputs(), _outputs()


class DataTransferJob(Job):
    type = f.tag(None, "data_transfer", "Transfer of data.")


class CopyJob(DataTransferJob):
    task = f.enum(None, "Copy data between datastores.", {"copy_data": "copy_data"}, required=True)
    data_copy_mode = f.enum(None, "What is done when a file is there already.", {word: word for word in COPY_MODES})
    inputs, outputs = _inputs(), _outputs()


class ImportJob(DataTransferJob):
    task = f.enum(None, "Import data from elsewhere.", {"import_data": "import_data"}, required=True)
    source = f.variants(None, "Where the data is.", SOURCE.choice, required=True)
    outputs = _outputs()


class ExportJob(DataTransferJob):
    task = f.enum(None, "Export data to a database.", {"export_data": "export_data"}, required=True)
    sink = f.variants(None, "Where the data goes.", SOURCE.choice, required=True)
    inputs = _inputs()
