"""A conda file as requirements that pip understands. No conda channel is needed; a conda solver is not run.

    parse(text) -> Requirements(python, lines, caps, notes)

What has no counterpart on PyPI is an error, never a guess: an unknown conda name could be anybody's package there.
"""

import re
from typing import NamedTuple, Optional, Tuple

from azext_ml.local.runner.failure import Failure


class Requirements(NamedTuple):
    """`python`: the version asked for ("3.10", "3.8.5", ">=3.9") or None. `lines`: of a requirements file. `caps`: of a
    constraints file, added by us. `notes`: sentences on what was changed or left out, for the log."""

    python: Optional[str]
    lines: Tuple[str, ...]
    caps: Tuple[str, ...]
    notes: Tuple[str, ...]


# conda name: name on PyPI, where they differ.
RENAMED = {
    "pytorch": "torch", "pytorch-cpu": "torch", "pytorch-gpu": "torch", "py-xgboost": "xgboost", "py-xgboost-cpu": "xgboost",
    "py-xgboost-gpu": "xgboost", "matplotlib-base": "matplotlib", "dask-core": "dask", "opencv": "opencv-python-headless",
    "py-opencv": "opencv-python-headless", "msgpack-python": "msgpack", "pytables": "tables", "tensorflow-gpu": "tensorflow",
    "tensorflow-base": "tensorflow", "tensorflow-mkl": "tensorflow", "py-lightgbm": "lightgbm", "ruamel_yaml": "ruamel.yaml",
    "prometheus_client": "prometheus-client", "jupyterlab_server": "jupyterlab-server", "importlib_metadata": "importlib-metadata",
    "typing_extensions": "typing-extensions", "python-graphviz": "graphviz", "seaborn-base": "seaborn", "numpy-base": "numpy",
    "pyarrow-core": "pyarrow",
}
# Names that are the same in conda's default and conda-forge channels and on PyPI.
_SAME = """
absl-py accelerate adlfs aiohttp albumentations altair applicationinsights arrow asgiref attrs azure-core azure-identity
azure-storage-blob beautifulsoup4 black bokeh boto3 bottleneck cachetools catboost category_encoders certifi cffi
charset-normalizer click cloudpickle colorama configparser coverage cryptography cycler cython dask datasets decorator
deepspeed dill distributed docker einops evaluate faiss-cpu fastapi fastparquet filelock flake8 flask fsspec future
gensim gitpython gputil grpcio gunicorn gym h5py httpx huggingface_hub hyperopt idna imageio imbalanced-learn iniconfig
ipykernel ipython ipywidgets jax jinja2 joblib jsonschema jupyter jupyterlab keras lightgbm lightning lime llvmlite
loguru lxml markdown markupsafe matplotlib mlflow mlflow-skinny mypy nbconvert nbformat networkx nltk notebook numba
numexpr numpy omegaconf onnx onnxruntime openpyxl optuna orjson packaging pandas papermill pathspec patsy pep8 pillow
pip plotly pluggy prettytable prophet protobuf psutil psycopg2 py-spy py4j pyarrow pycparser pydantic pydot pygments
pyjwt pylint pymongo pymysql pyodbc pyparsing pyserial pyspark pytest pytest-cov python-dateutil python-dotenv
python-snappy pytorch-lightning pytz pywavelets pyyaml pyzmq rasterio ray regex requests rich ruff s3fs safetensors
scikit-image scikit-learn scikit-learn-intelex scikit-optimize scipy seaborn sentence-transformers sentencepiece
setuptools shap shapely simplejson six spacy sqlalchemy sqlparse starlette statsmodels sympy tabulate tenacity
tensorboard tensorflow tensorflow-hub tensorflow-probability threadpoolctl tiktoken timm tokenizers toml toolz torch
torchaudio torchmetrics torchvision tornado tqdm traitlets transformers tsfresh typing-extensions tzdata ujson
umap-learn urllib3 uvicorn wandb werkzeug wheel wrapt xarray xgboost xlrd xlsxwriter xmltodict yarl zarr zipp zstandard
"""
SAME = frozenset(_SAME.split())
# Parts of a conda system that wheels bring with them or that the machine has; leaving them out changes nothing but speed.
_LEFT_OUT = """
_libgcc_mutex _openmp_mutex blas ca-certificates cpuonly cuda cuda-toolkit cudatoolkit cudnn intel-openmp
ld_impl_linux-64 libblas libcblas libgcc libgcc-ng libgfortran-ng libgomp libjpeg-turbo liblapack libopenblas libpng
libstdcxx-ng libzlib mkl mkl-service mkl_fft mkl_random nccl ncurses nomkl openblas openssl python_abi pytorch-cuda
pytorch-mutex readline sqlite tk xz zlib
"""
LEFT_OUT = frozenset(_LEFT_OUT.split())
# package: its first release built for numpy 2. A pin below it means numpy 1: a conda solver knows this, PyPI's metadata of
# those releases does not. From the projects' release notes.
NUMPY_2_SINCE = {
    "scikit-learn": (1, 4, 2), "pandas": (2, 2, 2), "scipy": (1, 13), "matplotlib": (3, 8, 4), "tensorflow": (2, 18),
    "torch": (2, 3),
    "pyarrow": (16, 0), "numba": (0, 60), "statsmodels": (0, 14, 2), "xgboost": (2, 1), "lightgbm": (4, 4), "scikit-image": (0, 23),
    "h5py": (3, 11), "numexpr": (2, 10), "pywavelets": (1, 6), "shap": (0, 46), "opencv-python-headless": (4, 10), "spacy": (3, 8),
    "onnxruntime": (1, 19), "gensim": (4, 3, 3), "catboost": (1, 2, 6), "tables": (3, 10), "bottleneck": (1, 4),
    "fastparquet": (2024, 5),
}
_SPEC = re.compile(r"^(?:[\w./-]+::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<rest>.*)$")
_NAME = re.compile(r"^\s*(?P<name>[A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?P<rest>[^;#]*)")
_PIN = re.compile(r"(==|<=|<|~=)\s*v?(\d+(?:\.\d+)*)(\.\*)?")
# Options of a requirements file that keep their meaning outside the file's own folder.
_OPTIONS = ("--index-url", "-i", "--extra-index-url", "--find-links", "-f", "--no-index", "--no-binary", "--only-binary",
            "--prefer-binary", "--pre", "--trusted-host")


def parse(text):
    """A conda file (YAML, or the JSON that the service makes of it) as Requirements. Raises Failure."""
    import yaml  # start-up cost: only where a file must be read
    try:
        content = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise Failure(f"The conda file is not YAML: {str(error).splitlines()[0]}.") from error
    if not isinstance(content, dict) or not isinstance(content.get("dependencies") or [], list):
        raise Failure("The conda file must be a mapping with a list named `dependencies`.")
    python, lines, notes = None, [], []
    for item in content.get("dependencies") or []:
        if isinstance(item, dict):
            if set(item) != {"pip"} or not isinstance(item["pip"] or [], list):
                raise Failure("Only `pip:` with a list may stand as a mapping among the conda file's dependencies.")
            lines += [_pip_line(str(line)) for line in item["pip"] or []]
        else:
            name, version = _match_spec(str(item))
            if name == "python":
                python = version.removeprefix("==").removesuffix(".*") or None
                continue
            line = _from_conda(name, version, notes)
            lines += [line] if line else []
    if content.get("variables"):
        notes.append("`variables` of the conda file are not set; use `environment_variables` of the job.")
    lines = [line for line in lines if line]
    caps = _caps(lines)
    notes += [f"Added the constraint `{cap}`: {why}." for cap, why in caps]
    return Requirements(python, tuple(lines), tuple(cap for cap, _ in caps), tuple(notes))


def _match_spec(text):
    """A conda dependency as (name in lower case, PEP 440 version or "")."""
    match = _SPEC.match(text.strip())
    if not match:
        raise Failure(f"`{text}` among the conda file's dependencies is not understood.")
    rest = match["rest"].strip()
    bracket = re.match(r"^\[\s*version\s*=\s*['\"]?([^'\"\]]*)['\"]?\s*\]$", rest)
    rest = bracket[1] if bracket else rest
    if "|" in rest or "[" in rest:
        raise Failure(f"`{text}` among the conda file's dependencies is not understood; use a list of bounds such as `>=1.0,<2.0`.")
    if rest.startswith("=") and not rest.startswith("=="):
        version, _, build = rest[1:].strip().partition("=")          # name=1.2=build
        return match["name"].lower(), _fuzzy(version)
    if re.match(r"^\d", rest):
        version = re.split(r"[\s=]", rest)[0]                        # `name 1.2.*` or `name 1.2 build`
        return match["name"].lower(), f"=={version}"
    bounds = [re.sub(r"\s+", "", bound) for bound in rest.split(",") if bound.strip()]
    bounds = [re.sub(r"^=(?!=)", "==", bound) for bound in bounds]
    if not all(re.match(r"^(==|!=|<=|>=|<|>|~=)\d[\w.*!+]*$", bound) for bound in bounds):
        raise Failure(f"`{text}` among the conda file's dependencies is not understood.")
    return match["name"].lower(), ",".join(bounds)


def _fuzzy(version):
    """conda's `=1.2` means 1.2 and everything below it; a full `=1.2.3` is as good as exact."""
    if not version or version == "*":
        return ""
    if not re.match(r"^\d[\w.*!+]*$", version):
        raise Failure(f"`{version}` among the conda file's dependencies is not understood as a version.")
    if version.endswith("*") or version.count(".") >= 2:
        return f"=={version if not version.endswith('*') else version.rstrip('.*') + '.*'}"
    return f"=={version}.*"


def _from_conda(name, version, notes):
    if name in LEFT_OUT or name.startswith(("cuda-", "libcu")):
        notes.append(f"The conda package `{name}` is left out: the machine, or the wheels that need it, provide it.")
        return None
    if name.startswith(("azureml-", "azure-", "mlflow-")) or name in SAME:
        return name + version
    if RENAMED.get(name):
        if RENAMED[name] != name:
            notes.append(f"The conda package `{name}` is `{RENAMED[name]}` on PyPI.")
        return RENAMED[name] + version
    raise Failure(f"The conda package `{name}` has no known counterpart on PyPI, and no conda channel is used locally. "
                     f"If there is one, list it under `pip:`; else run this job in Azure.")


def _pip_line(line):
    """A line of the `pip:` list, checked. Files beside the conda file did not come with it, so they cannot be read here; the
    service would not find them either."""
    line = line.strip()
    if not line or line.startswith("#"):
        return ""
    if line.startswith(("-r", "--requirement", "-c", "--constraint")):
        raise _not_sent(line, "names a file", "write its lines under `pip:`")
    if line.startswith(("-e", "--editable")) and "://" not in line:
        raise _not_sent(line, "names a folder", "put the package into the code folder")
    if re.match(r"^(\.{0,2}/|~|file:)", line) or re.match(r"^[^@]*\.(whl|tar\.gz|zip)$", line) and "://" not in line:
        raise _not_sent(line, "is a local path", "install it from an index or a URL")
    if line.startswith("-") and not line.startswith(("-e", "--editable")) and not line.startswith(_OPTIONS):
        raise Failure(f"The option `{line}` under `pip:` cannot be honoured.")
    return line


def _not_sent(line, what, instead):
    return Failure(f"`{line}` under `pip:` {what}, which is not sent with the conda file; {instead}.")


def _caps(lines):
    """[(constraint, why)] that the pins imply and that PyPI's metadata does not say."""
    names = {}
    for line in lines:
        match = _NAME.match(line)
        if match and "://" not in line:
            names[re.sub(r"[-_.]+", "-", match["name"]).lower()] = match["rest"]
    if re.search(r"\d", names.get("numpy", "")):
        return []                                   # numpy has a pin of its own
    for name, rest in names.items():
        if name in NUMPY_2_SINCE and any(_is_before(pin, NUMPY_2_SINCE[name]) for pin in _PIN.findall(rest)):
            return [("numpy<2", f"{name}{rest.strip()} was built before numpy 2")]
    return []


def _is_before(pin, release):
    """Whether a version bound (operator, version, ".*" or "") leaves only what came before `release`."""
    operator, version, wildcard = pin
    version = tuple(int(part) for part in version.split("."))
    if operator == "<":
        return version <= release
    if wildcard:
        return version < release[:len(version)]
    if operator == "~=":
        return version[:-1] < release[:len(version) - 1]
    return version < release
