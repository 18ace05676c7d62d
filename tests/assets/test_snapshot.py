"""Hashes and file lists are those of azure-ai-ml 1.35.2 for the very same folders.

Obtained by writing each folder to disk and calling its get_content_hash, get_object_hash and get_upload_files_from_folder
with get_ignore_file(folder), for the component with ComponentIgnoreFile(folder).
"""

import os
import random
import stat

import pytest

from azext_ml.assets.snapshot import take
from azext_ml.core.errors import MLError, NotFound, TransferError

PLAIN = {"main.py": "print('hi')\n", "lib/util.py": "x = 1\n", "B.txt": "b", "a.txt": "a", "lib/Zeta/deep.txt": "deep", "empty": "",
         "größe.txt": "ü\n"}
AMLIGNORE = {".amlignore": "# comment\n*.log\n!keep.log\n/build\n\ndata/\nsrc/**/cache\ntmp/*\n!tmp/keep.txt\n",
             ".gitignore": "main.py\n",
             "main.py": "m", "a.log": "1", "keep.log": "2", "lib/keep.log": "3", "lib/x.log": "4", "build/out.txt": "5",
             "lib/build/in.txt": "6", "data/d.csv": "7", "data/keep.log": "8", "lib/data/e.csv": "9", "src/a/b/cache/c.bin": "10",
             "src/cache/c.bin": "11", "cache/c.bin": "12", "tmp/x.txt": "13", "tmp/keep.txt": "14", "tmp/sub/y.txt": "15"}
GITIGNORE = {".gitignore": ".venv/\nout\n!out/keep.txt\n!*.keep\n[ab].txt\n", "a.txt": "a", "c.txt": "c", ".venv/lib/x.py": "v",
             ".venv/lib/y.keep": "w", "out/keep.txt": "k", "out/z.txt": "z", "out/deep/keep.txt": "d"}
COMPONENT = {"run.py": "r", "__pycache__/run.pyc": "p", "lib/__pycache__/x.pyc": "q", "lib/x.py": "x",
             ".amlignore": "!__pycache__\n"}


@pytest.mark.parametrize("files, component, names, content_hash, upload_hash", [
    (PLAIN, False, ["B.txt", "a.txt", "empty", "größe.txt", "lib/Zeta/deep.txt", "lib/util.py", "main.py"],
     "dd3f19d22ae20aac7c75d5cf60b2f0cd60441c0795291be4e51702f4b68580da",
     "5f0894e10f7083aa155b7f8adee9bafcceb8b65f6e93f05672f335dbb586b4a5"),
    (AMLIGNORE, False,
     [".amlignore", ".gitignore", "cache/c.bin", "keep.log", "lib/build/in.txt", "lib/keep.log", "main.py", "tmp/keep.txt"],
     "16cbb011b64b2a0d525ef4c207b9144c4ba009b4677b5d3ddfc4860862c23e21",
     "fbf0a92f24824bdf81384e021a0621a71587590689377f6242028bacd2dfe6cd"),
    (GITIGNORE, False, [".gitignore", ".venv/lib/y.keep", "c.txt", "out/keep.txt"],
     "dabe64d785d1b6a6b61cb274256aade9927f69db8d5a8f7d867afebaadd6c676",
     "41dff7a16de92543eb88a7cc38941d956e039b3057f8b864673ab7c7d3c5cc35"),
    (COMPONENT, True, [".amlignore", "lib/x.py", "run.py"],
     "7e8d88311ad9e2d4a74e02afd4b66f0efc3d35bb8da088825273dd7625c59a56",
     "08c9b1fbde76130e199dfae51aca2925bcef84f1ce2fef9dde4c8e3025b26c83"),
], ids=["plain", "amlignore", "gitignore", "component"])
def test_folders(folder, files, component, names, content_hash, upload_hash):
    shot = take(folder(files), component=component)
    assert [file.name for file in shot.files] == names
    assert (shot.name, shot.is_folder) == ("folder", True)
    assert shot.content_hash() == content_hash
    assert shot.upload_hash() == upload_hash
    assert shot.size == sum(len(files[name].encode()) for name in names)


def test_links_are_followed_and_keep_their_names(folder):
    root = folder({"real/one.txt": "1", "real/sub/two.txt": "2", "main.py": "m"})
    os.symlink("real/one.txt", root / "alias.txt")
    os.symlink("real/sub", root / "linked")
    shot = take(root)
    assert [file.name for file in shot.files] == ["alias.txt", "linked/two.txt", "main.py", "real/one.txt", "real/sub/two.txt"]
    assert shot.content_hash() == "2c85bf06394da811fb858ce11468aac8cc6647ffa4726bcae1f82104aac0420a"
    assert shot.upload_hash() == "4bb634876a0e687acd18228fab2de29faf10c0757c7bffb4c3727b137cd9afed"


def test_a_file(folder):
    shot = take(folder({"main.py": "m"}) / "main.py")
    assert (shot.name, shot.is_folder, [file.name for file in shot.files]) == ("main.py", False, ["main.py"])
    assert shot.content_hash() == "7fd0dfb550a9d26b10480f3b46d60da044c1781d38b45c70223de64c1c8630ca"
    assert shot.upload_hash() == "99893fadded3c4ef2438e05f993060aff6ef7debcc734563e8e86b59d06197ed"


def test_the_folder_that_one_stands_in_has_its_name(folder, monkeypatch):
    monkeypatch.chdir(folder({"a": "1"}))
    assert take(".").name == "folder"


def test_the_cache_of_python_belongs_to_the_code_of_a_job(folder):
    assert "__pycache__/run.pyc" in [file.name for file in take(folder(COMPONENT)).files]


def test_rules_of_inner_folders_do_not_count(folder):
    shot = take(folder({"a/.gitignore": "*\n", "a/b.txt": "b"}))
    assert [file.name for file in shot.files] == ["a/.gitignore", "a/b.txt"]


def test_a_file_of_rules_with_a_byte_order_mark(folder):
    assert [file.name for file in take(folder({".amlignore": b"\xef\xbb\xbf*.log\r\n.amlignore\r\n", "a.log": "1",
                                               "b": "2"})).files] == ["b"]


@pytest.mark.parametrize("files, message", [
    ({}, r"folder holds no file to upload\."),
    ({".amlignore": "*\n", "a": "1"}, r"everything in it is ignored by its \.amlignore"),
    ({".gitignore": "*", "a/b": "1"}, r"everything in it is ignored by its \.gitignore"),
])
def test_an_empty_folder_is_an_error(folder, files, message):
    with pytest.raises(MLError, match=message):
        take(folder(files))


def test_a_missing_path(tmp_path):
    with pytest.raises(NotFound, match="no-such-folder"):
        take(tmp_path / "no-such-folder")


def test_a_line_that_is_no_pattern(folder):
    with pytest.raises(MLError, match=r"\.amlignore:2: .* is not a pattern"):
        take(folder({".amlignore": "*.log\nbad\\\n", "a": "1"}))


def test_whatever_cannot_be_uploaded_is_named_at_once(folder):
    root = folder({"a.txt": "1", "locked/secret.txt": "2"})
    os.symlink("nowhere", root / "dangling")
    os.symlink("..", root / "locked" / "up")
    os.mkfifo(root / "pipe")
    os.symlink("loop", root / "loop")
    with pytest.raises(MLError) as caught:
        take(root)
    for part in ("dangling leads nowhere", "locked/up is a link to a folder that contains it",
                 "pipe is neither a file nor a folder", "loop"):
        assert part in caught.value.message
    assert "list them in .amlignore" in caught.value.fix
    (root / ".gitignore").write_text("dangling\nlocked/up\npipe\nloop\n")
    assert [file.name for file in take(root).files] == [".gitignore", "a.txt", "locked/secret.txt"]


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    root = folder({"a.txt": "1", "b.txt": "2"})
    (root / "b.txt").chmod(0)
    if os.geteuid() == 0:                           # root may read everything: say no in the system's place
        from azext_ml.assets import snapshot
        monkeypatch.setattr(snapshot.os, "access", lambda path, mode: not path.endswith("b.txt"))
    with pytest.raises(MLError, match="b.txt cannot be read: Permission denied"):
        take(root)


def test_a_name_that_is_no_text(folder):
    root = folder({"a.txt": "1"})
    with open(os.path.join(os.fsencode(root), b"\xff.txt"), "w"):
        pass
    with pytest.raises(MLError, match="is not valid Unicode"):
        take(root)


def test_a_file_that_changes_meanwhile(folder):
    root = folder({"a.txt": "1"})
    shot = take(root)
    (root / "a.txt").write_text("longer")
    for hashing in (shot.content_hash, shot.upload_hash):
        with pytest.raises(TransferError, match="a.txt changed"):
            hashing()


# Speed: what is not read ------------------------------------------------------------------------------------------------------

@pytest.fixture
def listed(monkeypatch):
    """The folders that are listed, by name."""
    from azext_ml.assets import snapshot
    seen, real = [], os.scandir
    monkeypatch.setattr(snapshot.os, "scandir", lambda path: seen.append(os.path.basename(path)) or real(path))
    return seen


TREE = {"main.py": "m", ".venv/lib/deep/x.py": "x", "src/a.py": "a", "keep/.venv/y.py": "y"}


@pytest.mark.parametrize("rules", [
    ".venv/", ".venv", "**/.venv/**", "*/.venv/\n.venv/*", ".venv/\n!src/*.py", ".venv/\n!/src/", "!*.py\n.venv/",
    ".*\n!/src/.venv/keep",
    ".venv/\n!/s*/x.py\n# !.venv/x",
])
def test_an_ignored_folder_is_not_read(folder, listed, rules):
    take(folder({".amlignore": rules + "\n", **TREE}))
    assert "lib" not in listed
    assert "deep" not in listed
    assert "src" in listed


@pytest.mark.parametrize("rules, found", [
    (".venv/\n!x.py", ".venv/lib/deep/x.py"), (".venv/\n!.venv/lib/", ".venv/lib/deep/x.py"),
    (".venv\n!**/deep/*", ".venv/lib/deep/x.py"),
    ("*\n!/.v*/lib", ".venv/lib/deep/x.py"),
])
def test_it_is_read_when_a_later_line_brings_something_back(folder, rules, found):
    assert found in [file.name for file in take(folder({".amlignore": rules + "\n", **TREE})).files]


def test_of_an_ignored_folder_not_even_its_own_list_is_read(folder, listed):
    take(folder({".gitignore": ".venv/\n", **TREE}))
    assert listed == ["folder", "keep", "src"]


# Against the definition, for any folder and rules ------------------------------------------------------------------------------

def test_pruning_never_changes_the_result(tmp_path):
    """Compared with matching every file against every pattern, last match wins, which is what azure-ai-ml does."""
    from azext_ml.assets.ignore import _pattern_class
    seed = random.randrange(1 << 32)
    print("seed", seed)
    rnd = random.Random(seed)
    parts = ["a", "b", "*", "**", "lib", "*.py", "?", "[ab]", "x.*", "out", ".venv", "[!a]*"]
    for round_ in range(150):
        root = tmp_path / str(round_)
        root.mkdir()
        for _ in range(rnd.randint(1, 12)):
            path = root.joinpath(*(rnd.choice(["a", "b", "lib", "x.py", "out", ".venv"]) for _ in range(rnd.randint(1, 4))))
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("x")
            except OSError:                         # a file stands where the folder should
                continue
        rules = [rnd.choice(["", "",
                             "!"]) + rnd.choice(["", "/"]) + "/".join(rnd.choice(parts) for _ in range(rnd.choice([1, 1, 2, 3])))
                 + rnd.choice(["", "/", "/*", "/**"]) for _ in range(rnd.randint(1, 6))]
        (root / ".amlignore").write_text("\n".join(rules))
        patterns = [_pattern_class()(line) for line in rules]
        expected = []
        for path in sorted(p for p in root.rglob("*") if stat.S_ISREG(p.stat().st_mode)):
            name = path.relative_to(root).as_posix()
            ignored = False
            for pattern in patterns:
                if pattern.match_file(name) is not None:
                    ignored = pattern.include
            if not ignored:
                expected.append(name)
        try:
            found = [file.name for file in take(root).files]
        except MLError:
            found = []
        assert found == sorted(expected), rules
