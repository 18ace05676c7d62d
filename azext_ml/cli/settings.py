"""Settings of the extension: `[ml]` of az's config file, each also as AZURE_ML_<NAME> in the environment.

Only the user's own file is read, never a `.azure/config` of the working folder: a cloned repository must not choose where a
token goes.
"""

import os

LOCAL_NAME = "local"                                    # group and workspace when nothing else is said
LOCAL_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


def setting(config, name):
    """Text of AZURE_ML_<NAME>, else of `[ml] name`; None when both are missing or empty. `config`: a knack CLIConfig."""
    return config.get("ml", name, fallback=None) or None


def backend(config, door):
    """`azure` or `local`: what is set, else the door's own. UsageError for anything else."""
    chosen = (setting(config, "backend") or door.backend).lower()
    if chosen in ("azure", "local"):
        return chosen
    from azext_ml.core.errors import UsageError
    raise UsageError(f"The backend is {chosen!r}, but there are only `azure` and `local`.",
                     fix="Set it with `az config set ml.backend=local`, or in AZURE_ML_BACKEND.")


def setting_of_file(name, environ):
    """As `setting`, for a process without az: read from the file each time, so that a change reaches an agent that runs."""
    from configparser import ConfigParser, Error
    text = environ.get(f"AZURE_ML_{name.upper()}")
    if text:
        return text
    folder = environ.get("AZURE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".azure")
    parser = ConfigParser()
    try:
        parser.read(os.path.join(folder, "config"), encoding="utf-8")
        return parser.get("ml", name, fallback=None) or None
    except (Error, UnicodeDecodeError):
        return None


def extension_folder():
    """The folder that must be on sys.path for `azext_ml` to be found: az appends it in its own process only."""
    import azext_ml
    return os.path.dirname(os.path.dirname(os.path.abspath(azext_ml.__file__)))
