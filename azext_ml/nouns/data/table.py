"""Fields of a file named MLTable, which makes a table of the data in its folder. No resource:
`data` reads it, `validate` checks it."""

from azext_ml.spec import fields as f
from azext_ml.spec.choices import ByKey
from azext_ml.spec.types import Anything, Nested, OneOf


class File(f.Spec):
    file = f.text(None, "A file: a path below this folder, or an address.", required=True)


class Folder(f.Spec):
    folder = f.text(None, "A folder.", required=True)


class Pattern(f.Spec):
    pattern = f.text(None, "Files by a pattern such as ./*.csv.", required=True)


PATH = OneOf(ByKey({"file": Nested(File), "folder": Nested(Folder), "pattern": Nested(Pattern)}))


class MLTable(f.Spec):
    keep_unknown = True     # metadata, type, traits: readers of tables know more than the service

    schema_ = f.schema()
    paths = f.listing(None, "Where the data is.", PATH, required=True)
    transformations = f.listing(None, "What is done with the data when it is read, step by step.", Anything())
