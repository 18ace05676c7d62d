import argparse
import pathlib

from lib.scale import scale

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=3)
parser.add_argument("--out", default="outputs")
args = parser.parse_args()

target = pathlib.Path(args.out)
target.mkdir(parents=True, exist_ok=True)
(target / "rows.txt").write_text("\n".join(str(scale(n)) for n in range(args.rows)))
