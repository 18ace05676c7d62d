"""Write schemas/ from the specs, or say what has changed.

    python tools/schemas.py [--check]
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "schemas"
sys.path.insert(0, str(ROOT)) if str(ROOT) not in sys.path else None

from azext_ml.spec import jsonschema  # noqa: E402


def files():
    """{file name: text} of the folder."""
    return {f"{base}.schema.json": json.dumps(made, indent=2, ensure_ascii=False) + "\n"
            for base, made in jsonschema.documents().items()}


def stale():
    """Names of the files that are missing, different or too many."""
    wanted = files()
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main():
    changed = stale()
    if "--check" in sys.argv[1:]:
        print("\n".join(changed) or "schemas/ is what the specs say.")
        sys.exit(bool(changed))
    FOLDER.mkdir(exist_ok=True)
    wanted = files()
    for name in changed:
        if name in wanted:
            (FOLDER / name).write_text(wanted[name], encoding="utf-8")
        else:
            (FOLDER / name).unlink()
    print(f"{len(wanted)} schemas, {len(changed)} changed")


if __name__ == "__main__":
    main()
