"""Options and verbs that many nouns share, so that each is worded once."""

from azext_ml.core.card import Arg, Verb

FILE = Arg("file", ("--file", "-f"), "Path of the YAML specification.", "file", required=True)
FILE_OR_OPTIONS = FILE._replace(help="Path of the YAML specification. Options win over what the file says.", required=False)
SET = Arg("overrides", ("--set",), "Change the specification before it is used: key.path=value, items of lists as key[0].", "list")
REGISTRY = Arg("registry_name", ("--registry-name",), "Registry to use in place of the workspace.")
FEATURE_STORE = Arg("feature_store_name", ("--feature-store-name",), "Feature store, in place of --workspace-name.")
MAX_RESULTS = Arg("max_results", ("--max-results", "-r"), "Most results to return.", "int")
ARCHIVED_ONLY = Arg("archived_only", ("--archived-only",), "List archived ones only.", "flag")
INCLUDE_ARCHIVED = Arg("include_archived", ("--include-archived",), "List archived ones too.", "flag")
SKIP_VALIDATION = Arg("skip_validation", ("--skip-validation",), "Do not check the specification against the workspace.", "flag")
DOWNLOAD_PATH = Arg("download_path", ("--download-path", "-p"), "Folder to download to. Default: the working directory.", "folder")


def name_of(noun, required=True, help=None, what=None):
    """`--name -n`, with completion. `what`: how people call the noun."""
    return Arg("name", ("--name", "-n"), help or f"Name of the {what or _words(noun)}.", required=required, completes=noun)


def version_of(noun):
    return Arg("version", ("--version", "-v"), f"Version of the {noun}.")


def label_of(noun):
    return Arg("label", ("--label", "-l"), f"Label of the {noun}, such as latest. In place of --version.")


def create(noun, examples, handler="azext_ml.verbs.create:create", **changes):
    """`create` from a file, options or both."""
    settings = {"summary": f"Create {_one(noun)}.", "args": (FILE_OR_OPTIONS, SET), "spec_args": True, **changes}
    return Verb("create", handler, examples=examples, **settings)


def show(noun, args=(), example="", handler="azext_ml.verbs.show:show", **changes):
    settings = {"summary": f"Show {_one(noun)}.", "args": (name_of(noun),) + args, **changes}
    return Verb("show", handler, examples=((f"Show {_one(noun)}.", example),), **settings)


def delete(noun, loses, example, handler="azext_ml.verbs.delete:delete", **changes):
    settings = {"summary": f"Delete {_one(noun)}.", "args": (name_of(noun),), **changes}
    return Verb("delete", handler, examples=((f"Delete {_one(noun)}.", example),), confirm=loses, **settings)


def asset_verbs(noun, sample, create_verb, registry=("archive", "restore", "show", "list", "update"), list_args=(), update_args=(),
                columns=None, what=None, changes="description and tags"):
    """The verbs of a versioned asset around its create.

    sample: name used in the examples.  what: how people call the noun, where it is not its name.  changes: what an update may
    change.
    """
    what = what or _words(noun)
    one = _one(what)

    def args(verb):
        return (name_of(noun, what=what), version_of(what), label_of(what)) + ((REGISTRY,) if verb in registry else ())
    return (
        create_verb,
        Verb("show", "azext_ml.verbs.show:show", f"Show {one}.", args("show"),
             details="With neither version nor label the version that was created last is shown.",
             examples=((f"Show a version of {one}.", f"az ml {noun} show --name {sample} --version 1"),)),
        Verb("list", "azext_ml.verbs.list:list_", f"List the {what}s of a workspace, or the versions of one.",
             (name_of(noun, False, f"List the versions of this {what}."), MAX_RESULTS, ARCHIVED_ONLY, INCLUDE_ARCHIVED)
             + ((REGISTRY,) if "list" in registry else ()) + list_args,
             examples=((f"List the {what}s of a workspace.", f"az ml {noun} list --output table"),
                       (f"List the versions of {one}.", f"az ml {noun} list --name {sample}")), columns=columns),
        Verb("update", "azext_ml.verbs.update:update", f"Update the {changes} of {one}.", args("update") + update_args,
             examples=((f"Add a tag to {one}.", f"az ml {noun} update --name {sample} --version 1 --set tags.stage=test"),),
             update=True),
        Verb("archive", "azext_ml.verbs.archive:archive", f"Hide {one} from lists.", args("archive"),
             details="With neither version nor label all versions are archived. What is archived can still be used.",
             examples=((f"Archive all versions of {one}.", f"az ml {noun} archive --name {sample}"),
                       ("Archive one version.", f"az ml {noun} archive --name {sample} --version 1"))),
        Verb("restore", "azext_ml.verbs.archive:restore", f"Bring an archived {what} back into lists.", args("restore"),
             examples=((f"Restore {one}.", f"az ml {noun} restore --name {sample}"),)),
    )


def _words(noun):
    """A noun as people say it: `online-endpoint` is an online endpoint."""
    return noun.replace("-", " ")


def _one(noun):
    """With its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {_words(noun)}"
