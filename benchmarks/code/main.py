import argparse
import pathlib

parser = argparse.ArgumentParser()
for name in ("data", "rate", "epochs", "model"):
    parser.add_argument(f"--{name}")
given = parser.parse_args()
rows = pathlib.Path(given.data).read_text().splitlines()
pathlib.Path(given.model, "model.txt").write_text(f"{len(rows)} rows, {given.epochs} epochs at {given.rate}\n")
