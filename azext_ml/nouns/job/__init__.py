"""Jobs: runs of code."""

from azext_ml.core.card import Arg, Noun, Verb
from azext_ml.core.standard import ARCHIVED_ONLY, DOWNLOAD_PATH, FILE, INCLUDE_ARCHIVED, SET, SKIP_VALIDATION, name_of

NAME = name_of("job")
WEB = Arg("web", ("--web", "-e"), "Open the job in the browser.", "flag")
NODE = Arg("node_index", ("--node-index", "-i"), "Index of the node, from 0.", "int", default=0)
SKIP_COMPUTES = SKIP_VALIDATION._replace(help="Do not ask beforehand whether the computes that it names exist.")
HERE = "azext_ml.nouns.job.commands"

CARD = Noun(
    "job", "Manage jobs.", (
        Verb("create", f"{HERE}.create:create", "Create a job.",
             (FILE, name_of("job", False, "Name of the job. Omit it to have one made."), SET, SKIP_COMPUTES,
              Arg("save_as", ("--save-as", "-a"), "File to write the created job to, as YAML.", "file"),
              Arg("stream", ("--stream", "-s"), "Follow the log until the job ends; the exit code tells how it ended.", "flag"),
              WEB),
             details="With --stream the log goes to stderr and the finished job to stdout; the command exits with 0 when the job "
                     "completed, 4 when it failed, 5 when it was canceled.",
             examples=(("Create a job from a YAML file.", "az ml job create --file job.yml"),
                       ("Create it with another input, and follow it.",
                        "az ml job create --file job.yml --set inputs.rate=0.1 --stream"))),
        Verb("show", f"{HERE}.show:show", "Show a job.", (NAME, WEB),
             examples=(("Show a job.", "az ml job show --name my-job"),)),
        Verb("list", f"{HERE}.list:list_", "List the jobs of a workspace, newest first.",
             (Arg("max_results", ("--max-results", "-r"), "Most results to return.", "int", default=50),
              Arg("all_results", ("--all-results",), "Return all results, whatever --max-results says.", "three_state"),
              Arg("parent_job_name", ("--parent-job-name", "-p"), "List the children of this job.", completes="job"),
              ARCHIVED_ONLY, INCLUDE_ARCHIVED),
             examples=(("List the jobs of a workspace.", "az ml job list --output table"),
                       ("The name of the newest one.", "az ml job list --max-results 1 --query [0].name --output tsv"))),
        Verb("update", f"{HERE}.update:update", "Update the display name, description, tags and properties of a job.", (NAME, WEB),
             examples=(("Tag a job.", "az ml job update --name my-job --set tags.kept=yes"),), update=True),
        Verb("cancel", f"{HERE}.cancel:cancel", "Cancel a job, with everything it started.", (NAME,),
             examples=(("Cancel a job.", "az ml job cancel --name my-job"),)),
        Verb("archive", f"{HERE}.archive:archive", "Hide a job from lists.", (NAME,),
             examples=(("Archive a job.", "az ml job archive --name my-job"),)),
        Verb("restore", f"{HERE}.archive:restore", "Bring an archived job back into lists.", (NAME,),
             examples=(("Restore a job.", "az ml job restore --name my-job"),)),
        Verb("stream", f"{HERE}.stream:stream", "Follow the log of a job until it ends.", (NAME,),
             details="The command exits with 0 when the job completed, 4 when it failed, 5 when it was canceled. Ctrl-C stops "
                     "following; the job goes on.",
             examples=(("Follow a job.", "az ml job stream --name my-job"),)),
        Verb("download", f"{HERE}.download:download", "Download what a job wrote.",
             (NAME, DOWNLOAD_PATH, Arg("output_name", ("--output-name",), "Download this named output only."),
              Arg("all", ("--all",), "Download logs, artifacts and all named outputs.", "flag")),
             details="Logs and artifacts go to <path>/artifacts, a named output to <path>/named-outputs/<name>.",
             examples=(("Download logs and artifacts.", "az ml job download --name my-job --download-path ./results"),
                       ("Download one output.", "az ml job download --name my-job --output-name model"))),
        Verb("validate", f"{HERE}.validate:validate", "Check a specification without creating anything.", (FILE, SET),
             details="All faults are reported at once, each with its place. Neither a login nor a workspace is needed.",
             examples=(("Check a file.", "az ml job validate --file job.yml"),), offline=True),
        Verb("show-services", f"{HERE}.services:show", "Show the services of a job's node.", (NAME, NODE),
             examples=(("Show the services of a job.", "az ml job show-services --name my-job"),)),
        Verb("connect-ssh", f"{HERE}.services:connect", "Open an SSH connection to a job's node.",
             (NAME, NODE,
              Arg("private_key_file_path", ("--private-key-file-path", "-f"), "File with the private key of the connection.", "file")),
             examples=(("Connect to a job.", "az ml job connect-ssh --name my-job --private-key-file-path ~/.ssh/id_rsa"),)),
    ),
    collection="jobs", api_version="2024-01-01-preview", kind="job",
    columns=(("Name", "name"), ("Status", "status"), ("Type", "type"), ("Experiment", "experiment_name"),
             ("DisplayName", "display_name"), ("Created", "creation_context.created_at")))
