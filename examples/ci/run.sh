#!/bin/bash
# What a pipeline does: check the file, run the job, and let the exit code decide. The log goes to stderr, the finished job
# as JSON to stdout. Arguments are passed on, such as --set inputs.quality=80.
set -uo pipefail

azml job validate --file job.yml --output none || exit 1

azml job create --file job.yml --stream "$@" > job.json
code=$?
case $code in
  0) echo "passed: $(python3 -c 'import json; print(json.load(open("job.json"))["name"])')" ;;
  4) echo "the job failed" ;;
  5) echo "the job was canceled, or ran out of time" ;;
  *) echo "the job could not be run" ;;
esac
exit $code
