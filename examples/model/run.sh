#!/bin/bash
# A local file becomes a model, gets a tag, is used by a job, and is hidden and brought back.
set -euo pipefail

azml model create --file model.yml --output none
azml model update --name line --version 1 --set tags.approved=yes --query tags
azml job create --file job.yml --set inputs.x=10 --stream --query status
azml model archive --name line --version 1
azml model list --name line --query "length(@)"
azml model restore --name line --version 1
azml model list --name line --output table
