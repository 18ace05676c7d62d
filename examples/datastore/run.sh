#!/bin/bash
# A storage account becomes known by a name. Its key is sent and never printed.
set -euo pipefail

azml datastore create --file datastore.yml --query "{name: name, account: account_name}"
with_key() { cat datastore.yml; printf 'credentials:\n  account_key: %s\n' "${TEAM_KEY:-bm90IGEga2V5}"; }
azml datastore create --file <(with_key) --name team_store_key --query "{name: name, credentials: credentials}"
azml datastore list --output table
azml datastore delete --name team_store_key
azml datastore delete --name team_store
