"""Files and folders that a component adds to its code."""

import os
import shutil
import tempfile
import zipfile
from contextlib import contextmanager

from azext_ml.assets import snapshot

NAME = "code_with_additional_includes"      # of the folder; uploads keep it


@contextmanager
def together(code, includes):
    """A folder with what is in `code`, a folder, a file or None, and `includes` beside it, each as its own ignore rules leave it.

    `x.zip`, where there is a folder `x` and no such file, is made of that folder.
    """
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, NAME)
        os.mkdir(folder)
        if code is not None:
            _put(code, folder)
        for path in includes:
            packed = to_pack(path)
            if packed:
                _pack(packed, os.path.join(folder, os.path.basename(path)))
            else:
                _put(path, os.path.join(folder, os.path.basename(path)) if os.path.isdir(path) else folder)
        yield folder


def to_pack(path):
    """The folder of which a zip file is to be made, or None."""
    stem, end = os.path.splitext(path)
    return stem if end == ".zip" and not os.path.exists(path) and os.path.isdir(stem) else None


def _put(path, folder):
    for file in snapshot.take(path, component=True).files:
        target = os.path.join(folder, *file.name.split("/"))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.symlink(file.path, target)
        except FileExistsError:             # of two folders of one name
            os.remove(target)
            os.symlink(file.path, target)
        except OSError:                     # links are a privilege on some systems
            shutil.copyfile(file.path, target)


def _pack(folder, target):
    name = os.path.basename(folder)
    with zipfile.ZipFile(target, "w") as pack:
        pack.write(folder, name)
        for file in sorted(snapshot.take(folder, component=True).files, key=lambda file: file.path):
            pack.write(file.path, f"{name}/{file.name}")
