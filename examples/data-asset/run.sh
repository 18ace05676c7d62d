#!/bin/bash
# A folder becomes a data asset, a job reads its latest version, and the job's report becomes an asset of its own.
set -euo pipefail

azml data create --file data.yml --query "{name: name, version: version, path: path}"
name=$(azml job create --file job.yml --query name --output tsv)
azml job stream --name "$name"
azml data list --output table
azml job download --name "$name" --output-name report --download-path results
cat results/named-outputs/report/*
