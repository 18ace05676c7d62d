# Everything is made below this folder: .venv (azml alone), .venv-az (the Azure CLI), .venv-peer (the official SDK).
PYTHON ?= python3
PIP := -m pip install --quiet --disable-pip-version-check
EDITABLE := --config-settings editable_mode=compat --editable
WITH_LOCAL := AZURE_ML_BACKEND=local AZURE_CORE_ONLY_SHOW_ERRORS=true

.PHONY: help quickstart test check golden schemas parity-record test-heavy bench wheel clean needs
.DEFAULT_GOAL := help

help:
	@echo "make quickstart     run a training job on this machine"
	@echo "make test           all tests"
	@echo "make check          ruff, mypy and import-linter"
	@echo "make test-heavy     the tests that take too long for every day"
	@echo "make bench          measure again what benchmarks/README.md says"
	@echo "make golden         rewrite what the acceptance tests expect"
	@echo "make schemas        write the JSON Schemas again from the specs"
	@echo "make parity-record  record again what the official client sends"
	@echo "make wheel          the extension, for az extension add --source dist/ml-*.whl"

quickstart: .venv/standalone.stamp
	@$(WITH_LOCAL) .venv/bin/azml job create --file examples/quickstart/job.yml --stream --query status --output tsv
	@echo
	@$(WITH_LOCAL) .venv/bin/azml model list --output table
	@echo
	@echo "The job ran on this machine and its model is registered. Next:"
	@echo "  source .venv/bin/activate"
	@echo "  azml job list --output table              what has run"
	@echo "  azml model show --name quickstart-model   the model"
	@echo "  azml job create --help                    run one of your own"

test: .venv/test.stamp .venv-az/ready.stamp .venv-peer/ready.stamp
	.venv/bin/python -m pytest

test-heavy: .venv/test.stamp
	.venv/bin/python -m pytest -m heavy

check: .venv/check.stamp
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/standalone.stamp .venv-az/ready.stamp .venv-peer/ready.stamp
	.venv/bin/python benchmarks/run.py --az .venv-az/bin/python --azml .venv/bin/python --peer .venv-peer/bin/python
	.venv/bin/python benchmarks/specs.py --azml .venv/bin/python --peer .venv-peer/bin/python

golden: .venv/test.stamp
	.venv/bin/python -m pytest tests/acceptance --golden

schemas: .venv/standalone.stamp
	.venv/bin/python tools/schemas.py

parity-record: .venv-peer/ready.stamp
	.venv-peer/bin/python tools/record_official.py

wheel: .venv/standalone.stamp
	rm -rf build dist
	.venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	@echo dist/ml-*.whl

clean:
	rm -rf .venv .venv-az .venv-peer build dist *.egg-info

.venv/standalone.stamp: pyproject.toml | needs
	@.venv/bin/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	.venv/bin/python $(PIP) $(EDITABLE) '.[standalone]'
	@touch $@

.venv/test.stamp: .venv/standalone.stamp
	.venv/bin/python $(PIP) $(EDITABLE) '.[standalone,test]'
	@touch $@

.venv/check.stamp: .venv/standalone.stamp
	.venv/bin/python $(PIP) $(EDITABLE) '.[standalone,check]'
	@touch $@

# The Azure CLI as people have it; the extension comes as a wheel, which the tests make and add.
.venv-az/ready.stamp: | needs
	$(PYTHON) -m venv --clear .venv-az
	.venv-az/bin/python $(PIP) azure-cli
	@touch $@

# The official SDK, to compare with. The extension itself never imports it.
.venv-peer/ready.stamp: | needs
	$(PYTHON) -m venv --clear .venv-peer
	.venv-peer/bin/python $(PIP) azure-ai-ml azure-storage-blob PyYAML
	@touch $@

needs:
	@command -v git >/dev/null || { echo "git is needed and was not found." >&2; exit 1; }
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.10 or newer is needed: install it, or say make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "Python 3.10 or newer is needed, $(PYTHON) is older: say make PYTHON=/path/to/python3." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "The venv module of $(PYTHON) is needed (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
