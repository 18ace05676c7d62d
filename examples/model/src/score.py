"""Reads a line from a JSON file and prints its value at x."""

import json
import sys

with open(sys.argv[1]) as file:
    line = json.load(file)
print(f"y({sys.argv[2]}) = {line['slope'] * float(sys.argv[2]) + line['intercept']}")
