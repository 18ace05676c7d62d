"""What pip is configured with, as the environment variables of uv, which reads none of it.

pip's own rules: files in the order global, user, site, PIP_CONFIG_FILE; sections [global] and [install]; PIP_* variables win
(pip.pypa.io, topics/configuration).
"""

import configparser
import os
import sys

# pip option: variable of uv (docs.astral.sh/uv/reference/environment). Lists are separated by white space in pip.
_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", " "), "extra-index-url": ("UV_INDEX", " "), "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "), "cert": ("SSL_CERT_FILE", ""), "client-cert": ("SSL_CLIENT_CERT", ""),
    "proxy": ("ALL_PROXY", ""), "timeout": ("UV_HTTP_TIMEOUT", ""), "default-timeout": ("UV_HTTP_TIMEOUT", ""),
    "no-index": ("UV_NO_INDEX", ""), "constraint": ("UV_CONSTRAINT", " "),
}


def for_uv(environ, home=None, prefix=sys.prefix, machine="/etc/pip.conf"):
    """Variables to add to `environ` for uv; what the user set for uv itself is left as it is."""
    options = read(environ, home, prefix, machine)
    added = {}
    for option, (variable, separator) in _VARIABLES.items():
        if options.get(option) and variable not in environ:
            value = separator.join(options[option].split()) if separator else options[option].strip()
            if option == "no-index" and value.lower() in ("0", "false", "no", "off"):
                continue
            added[variable] = value
    if "UV_INDEX" in added and "UV_INDEX_STRATEGY" not in environ:
        added["UV_INDEX_STRATEGY"] = "unsafe-best-match"       # pip takes the best version of all indexes, uv of the first
    return added


def read(environ, home=None, prefix=sys.prefix, machine="/etc/pip.conf"):
    """{option: text} as pip would use it for `pip install`."""
    options = {}
    for path in _files(environ, home or os.path.expanduser("~"), prefix, machine):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue                                            # pip itself will say so
        for section in ("global", "install"):
            if parser.has_section(section):
                options.update((key.lower().replace("_", "-"), value) for key, value in parser.items(section))
    for key, value in environ.items():
        if key.startswith("PIP_") and key != "PIP_CONFIG_FILE":
            options[key[4:].lower().replace("_", "-")] = value
    return options


def _files(environ, home, prefix, machine):
    own = environ.get("PIP_CONFIG_FILE")
    if own == os.devnull:
        return []
    user = []
    if not (own and os.path.exists(own)):
        config = environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
        if sys.platform == "darwin" and os.path.isdir(os.path.join(home, "Library/Application Support/pip")):
            config = os.path.join(home, "Library/Application Support")
        user = [os.path.join(home, ".pip", "pip.conf"), os.path.join(config, "pip", "pip.conf")]
    shared = [os.path.join(folder, "pip", "pip.conf")
              for folder in (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep) if folder]
    return shared + [machine] + user + [os.path.join(prefix, "pip.conf")] + ([own] if own else [])
