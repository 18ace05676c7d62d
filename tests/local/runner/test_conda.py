import json

import pytest

from azext_ml.local.runner import conda
from azext_ml.local.runner.failure import Failure


def parse(*dependencies, **more):
    return conda.parse(json.dumps({"name": "e", "channels": ["conda-forge"], "dependencies": list(dependencies), **more}))


@pytest.mark.parametrize("dependency, line", [
    ("numpy", "numpy"), ("numpy=1.24", "numpy==1.24.*"), ("numpy=1.24.3", "numpy==1.24.3"), ("numpy==1.24.3", "numpy==1.24.3"),
    ("numpy=1.24.*", "numpy==1.24.*"), ("numpy 1.24.*", "numpy==1.24.*"), ("numpy>=1.20,<2", "numpy>=1.20,<2"),
    ("numpy >=1.20, <2", "numpy>=1.20,<2"), ("numpy=1.24.3=py310_0", "numpy==1.24.3"), ("conda-forge::numpy=1.24", "numpy==1.24.*"),
    ("numpy[version='>=1.20']", "numpy>=1.20"), ("numpy=*", "numpy"), ("NumPy", "numpy"), ("numpy!=1.24.0", "numpy!=1.24.0"),
    ("pytorch=2.1", "torch==2.1.*"), ("py-xgboost", "xgboost"), ("dask-core==2023.2.0", "dask==2023.2.0"),
    ("azureml-mlflow", "azureml-mlflow"), ("pip<=22.0.4", "pip<=22.0.4"),
])
def test_conda_dependencies_as_requirements(dependency, line):
    assert parse(dependency).lines == (line,)


@pytest.mark.parametrize("dependency, python", [
    ("python=3.8", "3.8"), ("python=3.8.5", "3.8.5"), ("python==3.10.*", "3.10"), ("python>=3.9,<3.12", ">=3.9,<3.12"),
    ("python 3.11", "3.11"), ("python", None)])
def test_python(dependency, python):
    assert parse(dependency).python == python


def test_pip_section():
    found = parse("python=3.10", "pip", {"pip": ["scikit-learn==1.5.0", "# note", "--extra-index-url https://x/simple",
                                                 "a @ https://x/a-1.0-py3-none-any.whl", "git+https://x/y.git@v1#egg=y", "b[c]>1; python_version>'3'"]})
    assert found.lines == ("pip", "scikit-learn==1.5.0", "--extra-index-url https://x/simple", "a @ https://x/a-1.0-py3-none-any.whl",
                           "git+https://x/y.git@v1#egg=y", "b[c]>1; python_version>'3'")


@pytest.mark.parametrize("dependency, message", [
    ("r-base=4.1", "r-base.*no known counterpart"), ("numpy>=1|<0.5", "not understood"), ({"npm": ["x"]}, "Only `pip:`"),
    ({"pip": ["-r requirements.txt"]}, "names a file"), ({"pip": ["-e ."]}, "names a folder"), ({"pip": ["./pkg"]}, "local path"),
    ({"pip": ["dist/a.whl"]}, "local path"), ({"pip": ["--require-hashes"]}, "cannot be honoured"), ("numpy=>1", "not understood"),
    ({"pip": ["-c caps.txt"]}, "names a file")])
def test_what_cannot_be_honoured_is_refused(dependency, message):
    with pytest.raises(Failure, match=message):
        parse(dependency)


@pytest.mark.parametrize("text", ["- a\n- b\n", "dependencies: numpy\n", "{", "a: !!python/object:os.system x\n"])
def test_texts_that_are_no_conda_file(text):
    with pytest.raises(Failure, match="conda file"):
        conda.parse(text)


def test_what_wheels_bring_along_is_left_out_and_said():
    found = parse("cudatoolkit=11.3", "pytorch-cuda=11.7", "openssl", "numpy")
    assert found.lines == ("numpy",)
    assert [note for note in found.notes if "cudatoolkit" in note]


@pytest.mark.parametrize("lines, caps", [
    (["scikit-learn==1.2.2"], ("numpy<2",)), (["scikit-learn==1.5.0"], ()), (["scikit-learn"], ()), (["scikit-learn>=1.0"], ()),
    (["scikit-learn==1.2.2", "numpy==1.24.3"], ()), (["scikit-learn==1.2.2", "numpy"], ("numpy<2",)), (["pandas<2"], ("numpy<2",)),
    (["pandas<3"], ()), (["pandas~=2.1.0"], ("numpy<2",)), (["pandas~=2.1"], ()), (["scipy<=1.12"], ("numpy<2",)),
    (["torch==2.0.*"], ("numpy<2",)), (["torch==2.3.*"], ()), (["Scikit_Learn==0.24.1"], ("numpy<2",)), (["click==8.0"], ()),
    (["https://x/scikit-learn==1.0.whl"], ())])
def test_numpy_is_capped_for_packages_built_before_numpy_2(lines, caps):
    found = parse({"pip": lines})
    assert found.caps == caps
    assert len([note for note in found.notes if "numpy<2" in note]) == len(caps)


def test_public_conda_file_of_an_example():
    found = conda.parse("name: dask\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.8\n  - pip=20.2\n  - pip:\n"
                        "    - dask==2022.2.1\n    - azureml-mlflow\n")
    assert (found.python, found.lines) == ("3.8", ("pip==20.2.*", "dask==2022.2.1", "azureml-mlflow"))
