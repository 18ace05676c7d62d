"""Total choosers: one branch, or one fault at the discriminator."""

import pytest

from azext_ml.spec import types
from azext_ml.spec.choices import ByKey, ByShape, ByType
from azext_ml.spec.diagnostics import Wrong
from azext_ml.spec.dialects import arm, component, node

A, B, C = types.Text(), types.Number(), types.Flag()


def wrong(choice, value):
    with pytest.raises(Wrong) as caught:
        choice.choose(value)
    return caught.value.path, caught.value.fault.what, caught.value.fault.fix


@pytest.mark.parametrize("choice, value, branch", [
    (ByType("type", {"a": A, "b": B}), {"type": "a"}, A), (ByType("type", {"a": A, "b": B}), {"type": "B"}, B),
    (ByType("type", {"a": A, "b": B}, default="b"), {}, B), (ByType("type", {"a": A, "b": B}, default="b"), {"type": None}, B),
    (ByType("type", {"a": A}, fold=str), {"type": "a"}, A),
    (ByType("type", {"tensor_board": A}, fold=types.fold_snake), {"type": "TensorBoard"}, A),
    (ByType("type", {"a": A}, other=C), {"type": "z"}, C), (ByType("type", {"a": A, "b": B}, default="b"), {"typ": "a"}, A),
    (ByType("type", {"a": A, "b": B}, default="b"), {"unlike": "a"}, B),
    (ByShape(scalar=A, mapping=B, sequence=C), "x", A), (ByShape(scalar=A, mapping=B), None, A), (ByShape(scalar=A, mapping=B), {}, B),
    (ByShape(scalar=A, sequence=C), [], C),
    (ByKey({"x": A, "y": B}), {"y": 1}, B), (ByKey({"x": A, "y": B}), {"y": 1, "x": 2}, A), (ByKey({"x": A}, default=C), {"z": 1}, C),
    (ByKey({"account": A}, default=C), {"acount": 1}, A), (ByKey({"account": A}, default=C, guess=False), {"acount": 1}, C)])
def test_chosen(choice, value, branch):
    assert choice.choose(value) is branch
    assert branch in choice.branches()


@pytest.mark.parametrize("choice, value, fault", [
    (ByType("type", {"a": A, "b": B}), {}, ((), "required key 'type' is missing", "add 'type:' with a or b")),
    (ByType("type", {"alpha": A, "beta": B}), {"type": "alpa"}, (("type",), "'alpa' is not one of alpha or beta", "did you mean 'alpha'?")),
    (ByType("type", {"a": A}, fold=str), {"type": "A"}, (("type",), "'A' is not one of a", "did you mean 'a'?")),
    (ByType("type", {"a": A}), {"type": 3}, (("type",), "3 is not one of a", None)),
    (ByType("type", {"a": A}, other=C), {"type": 3}, (("type",), "3 is not one of a", None)),
    (ByType("type", {"a": A}), {"type": ["a"]}, (("type",), "a list is not one of a", None)),
    (ByType("type", {"a": A}), "a", ((), "wants a mapping, got 'a'", None)),
    (ByShape(scalar=A, mapping=types.Map(A)), [], ((), "wants text or a mapping, got a list", None)),
    (ByShape(mapping=types.Map(A), wants="this or that"), 3, ((), "wants this or that, got 3", None)),
    (ByKey({"x": A, "y": B}), {"zebra": 1}, ((), "names none of x or y", "add one of them")),
    (ByKey({"x": A}), [1], ((), "wants a mapping, got a list", None))])
def test_not_chosen(choice, value, fault):
    assert wrong(choice, value) == fault


KINDS = ByType("type", {"tensor_board": A, "ssh": B}, tag="properties.kindOfIt", wire={"SecureShell": "ssh"}, default="ssh")


@pytest.mark.parametrize("wire, dialect, branch", [
    ({"properties": {"kindOfIt": "TensorBoard"}}, arm, A), ({"properties": {"kindOfIt": "tensorboard"}}, arm, A),
    ({"properties": {"kindOfIt": "SecureShell"}}, arm, B), ({"properties": {"kindOfIt": "SSH"}}, arm, B), ({}, arm, B),
    ({"properties": {"kindOfIt": "Unheard"}}, arm, None), ({"type": "tensor_board"}, component, A), ({"kind_of_it": "TensorBoard"}, node, A),
    ("text", arm, None)])
def test_chosen_by_what_the_service_says(wire, dialect, branch):
    assert KINDS.choose_wire(wire, dialect) is branch


def test_what_the_service_made_itself_has_a_branch():
    assert ByType("type", {"a": A}, tag="kind", other=C).choose_wire({"kind": "Studio"}, arm) is C


def test_without_a_tag_the_key_itself_tells():
    assert ByType("type", {"a": A}).choose_wire({"type": "a"}, arm) is A


def test_shapes_and_keys_of_the_wire():
    choice = ByShape(scalar=A, mapping=B, wire=lambda wire, dialect: "scalar" if wire.get("literal") else "mapping")
    assert choice.choose_wire({"literal": 1}, arm) is A
    assert choice.choose_wire({}, arm) is B
    keys = ByKey({"x": A}, default=C, wire=lambda wire, dialect: wire.get("kind"))
    assert keys.choose_wire({"kind": "x"}, arm) is A
    assert keys.choose_wire({"kind": "?"}, arm) is C
