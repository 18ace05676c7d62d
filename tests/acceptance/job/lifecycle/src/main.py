import argparse
import csv
import os
import pathlib

parser = argparse.ArgumentParser()
for name in ("rows", "factor", "note", "result", "model"):
    parser.add_argument("--" + name)
given = parser.parse_args()
rows = csv.DictReader(pathlib.Path(given.rows).read_text().splitlines())
total = sum(int(row["value"]) for row in rows) * int(given.factor)
print(os.environ["GREETING"], given.note, total)
pathlib.Path(given.result, "sum.txt").write_text(f"{total}\n")
pathlib.Path(given.model, "model.txt").write_text(f"y = {total}\n")
pathlib.Path("outputs").mkdir(exist_ok=True)
pathlib.Path("outputs/report.txt").write_text("done\n")
