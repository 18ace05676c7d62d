#!/bin/bash
# A cluster of two nodes: locally, two jobs at a time. Three jobs are sent, then each is waited for.
set -euo pipefail

azml compute create --file cluster.yml --output none
names=()
for part in 1 2 3; do
  names+=("$(azml job create --file job.yml --set inputs.part=$part --query name --output tsv)")
done
for name in "${names[@]}"; do
  azml job stream --name "$name" | grep done
done
azml compute list --output table
azml compute delete --name two-at-once --yes
