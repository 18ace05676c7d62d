"""Feed the loader and the validator with what coverage leads to, for some time: pip install atheris.

    python tools/fuzz.py [seconds]

Ends with the input that ended in a traceback, which libFuzzer writes to a file `crash-…`; with nothing when there was none.
"""

import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["azext_ml"]):
    from azext_ml.core.errors import SpecError
    from azext_ml.spec import kinds, validate, walk
    from azext_ml.spec.load import parse
    from azext_ml.spec.registry import resolve

KINDS = kinds.all_kinds()


def one(data):
    """The first byte chooses the kind; 0: as the document says."""
    if not data:
        return
    try:
        document = parse(data[1:].decode("utf-8", "surrogateescape"), "t.yml", str(ROOT))
        kind = KINDS[data[0] - 1] if 0 < data[0] <= len(KINDS) else kinds.kind_of(document.value)
        if kind:
            validate.validate(resolve(kind), document, walk.expand(resolve(kind), document))
    except SpecError as error:
        str(error)


def main():
    seconds = sys.argv[1] if len(sys.argv) > 1 else "60"
    seeds = ROOT / "build" / "fuzz-seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sorted((ROOT / "tests" / "parity" / "specs").glob("*/*.yml"))):
        (seeds / f"{number}.yml").write_bytes(b"\0" + path.read_bytes())
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=4000", str(seeds)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
