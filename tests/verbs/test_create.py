"""Versions that the service names."""

from azext_ml.verbs import create


def test_who_comes_second_takes_the_next_version(azml, tmp_path, monkeypatch):
    """Two creates ask at the same time and are named the same version; the service refuses the later one."""
    for name in ("first", "second"):
        (tmp_path / name).write_text(name)
    put, others = create.put, []

    def overtaken(ws, noun, path, body, no_wait=False):
        if not others:
            others.append(path)
            azml("model create --name raced --path first", cwd=tmp_path).ok()
        return put(ws, noun, path, body, no_wait)

    monkeypatch.setattr(create, "put", overtaken)
    made = azml("model create --name raced --path second", cwd=tmp_path).ok().json
    assert (others[0].rsplit("/", 1)[1], made["version"]) == ("1", "2")
    assert [item["version"] for item in azml("model list --name raced").ok().json] == ["2", "1"]


def test_a_version_that_was_asked_for_is_not_exchanged(azml, tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).write_text(name)
    azml("model create --name asked --version 1 --path first", cwd=tmp_path).ok()
    refused = azml("model create --name asked --version 1 --path second", cwd=tmp_path)
    assert refused.code == 1 and "Asset paths cannot be updated" in refused.err
    assert [item["version"] for item in azml("model list --name asked").ok().json] == ["1"]
