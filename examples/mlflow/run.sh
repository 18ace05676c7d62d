#!/bin/bash
# A job that logs to MLflow; what it logged is read back from the workspace and as a file.
set -euo pipefail

name="tracked_$(date +%s)_$RANDOM"
azml job create --file job.yml --name "$name" --stream --output none
azml job download --name "$name" --download-path results
cat results/artifacts/line.json
