#!/bin/bash
# An environment is registered once and used by name.
set -euo pipefail

azml environment create --file environment.yml --query "{name: name, version: version}"
azml job create --file job.yml --set inputs.whom=you --stream --query status
azml environment list --output table
