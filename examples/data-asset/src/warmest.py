"""Writes the readings above a limit to a report."""

import argparse
import csv
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--limit", type=float, required=True)
parser.add_argument("--report", required=True)
options = parser.parse_args()

with open(options.report, "w", newline="") as report:
    for path in sorted(options.folder.glob("*.csv")):
        with open(path, newline="") as file:
            readings = [(float(row["celsius"]), row["time"]) for row in csv.DictReader(file)]
        print(f"{path.stem}: warmest {max(readings)[0]} at {max(readings)[1]}")
        report.writelines(f"{path.stem},{time},{celsius}\n" for celsius, time in readings if celsius > options.limit)
