"""JSON and TOML files that were made to cost memory or time: each is refused at once, in one short printable line."""

import json
from pathlib import Path

import pytest

from anylength.base import InputError, one_line, parse_json, parse_toml, printable
from anylength.base.errors import MAX_PART
from anylength.base.text import MAX_CHARACTERS, MAX_DEPTH, MAX_KEY_PARTS, MAX_MARKS
from anylength.interchange.onnx.loader import load_model
from anylength.interchange.onnx.wire import MAX_FIELDS, MAX_NESTING, check_fields
from anylength.rules import machine_file
from anylength.sweeps.config import read

DEEP = 100_000
"""Levels of the attack."""

MANY_STATES = {f"s{i}": {"*": ["s0", 0]} for i in range(DEEP)}

HOSTILE_TOML = {
    "a dotted key": ".".join("a" * DEEP) + " = 1\n",
    "a dotted table": "[" + ".".join("a" * DEEP) + "]\n",
    "a dotted key of strings": " . ".join(['"a"'] * DEEP) + " = 1\n",
    "lists in lists": "a = " + "[" * DEEP + "]" * DEEP,
    "tables in tables": "a = " + "{ a = " * DEEP + "1" + "}" * DEEP,
    "many tables": "".join(f"[states.s{i}]\n'*' = ['s0', 0]\n" for i in range(DEEP)),
    "an integer of 5,000 digits": f"seeds = {'9' * 5000}\n",
    "a hexadecimal integer of 5,000 digits": f"block = 0x{'f' * 5000}\n",
    "a hexadecimal integer in a list": f"[[grid]]\nhidden = [1, 0x{'f' * 5000}]\n",
    "a text without end": "'" * (MAX_CHARACTERS + 1),
    "escapes without end": '"\\' * (MAX_CHARACTERS // 2),
}
HOSTILE_JSON = {
    "lists in lists": "[" * DEEP + "]" * DEEP,
    "objects in objects": '{"a": ' * DEEP + "1" + "}" * DEEP,
    "many states": json.dumps({"name": "a", "base": 10, "start": "s0", "states": MANY_STATES}),
    "an integer of 5,000 digits": json.dumps({"base": "N"}).replace('"N"', "9" * 5000),
    "escapes without end": '"\\' * (MAX_CHARACTERS // 2),
}


def line_of(call: object, *arguments: object) -> str:
    """The line of the refusal. It is short and printable."""
    assert callable(call)
    with pytest.raises(InputError) as refused:
        call(*arguments)
    line = str(refused.value)
    assert len(line) <= 4 * MAX_PART and line.isprintable()
    return line


@pytest.mark.parametrize("kind", HOSTILE_TOML)
def test_hostile_toml_is_refused_as_a_machine_and_as_a_sweep(kind, tmp_path):
    path = tmp_path / "hostile.toml"
    path.write_text(HOSTILE_TOML[kind])
    line_of(machine_file, path)
    line_of(read, path)


@pytest.mark.parametrize("kind", HOSTILE_JSON)
def test_hostile_json_is_refused_as_a_machine(kind, tmp_path):
    path = tmp_path / "hostile.json"
    path.write_text(HOSTILE_JSON[kind])
    line_of(machine_file, path)


def test_a_device_in_place_of_a_file_is_refused(tmp_path):
    for name in ("hostile.toml", "hostile.json"):
        (tmp_path / name).symlink_to("/dev/zero")
        assert "a device" in line_of(machine_file, tmp_path / name)
    assert "a device" in line_of(read, tmp_path / "hostile.toml")


def test_brackets_dots_and_equals_signs_in_texts_and_comments_do_not_count():
    marks = "[" * (MAX_DEPTH + 1) + "a." * MAX_KEY_PARTS + "=" * MAX_MARKS
    assert parse_json(json.dumps({"a": f'{marks}\\"'}), "it") == {"a": f'{marks}\\"'}
    toml = f"# don't {marks}\na.b.c.'{marks}' = '{marks}'  # {marks}\nb = \"\"\"\n{marks}\"\" {marks}\"\"\"\nc = '''{marks}'''\n"
    assert parse_toml(toml, "it") == {"a": {"b": {"c": {marks: marks}}}, "b": f'{marks}"" {marks}', "c": marks}


@pytest.mark.parametrize("path", sorted((Path(__file__).parent.parent / "examples").glob("*.toml")), ids=lambda path: path.name)
def test_the_examples_are_far_within_the_limits(path):
    assert 10 * len(path.read_text()) < MAX_CHARACTERS
    parse_toml(path.read_text(), path.name)


def test_a_message_is_printable_and_short():
    hostile = "\x1b[31mred\r\n\x9b1m\u202e" + "9" * 5000 + " a" * 5000
    shown = one_line(hostile)
    assert shown.startswith(r"\x1b[31mred\r\n\x9b1m\u202e9999") and "(5,014 characters)" not in shown
    assert shown.isprintable() and len(shown) <= 10 * MAX_PART
    assert str(InputError("a", "9" * 5000, "b")) == f"expected a, got {'9' * 40}… (5,000 characters): b"
    assert printable("a\nb\tc\ud800", keep="\n") == "a\nb\\tc\\ud800"


def test_an_onnx_file_of_many_small_parts_is_refused_before_it_is_parsed(tmp_path):
    onnx = pytest.importorskip("onnx")
    many = b"\x0a\x00" * (MAX_FIELDS + 1)  # nodes of two bytes
    length = b"".join(bytes([len(many) >> shift & 0x7F | (0x80 if shift < 28 else 0)]) for shift in range(0, 35, 7))
    (tmp_path / "many.onnx").write_bytes(b"\x3a" + length + many)
    assert f"{MAX_FIELDS:,} fields" in line_of(load_model, tmp_path / "many.onnx")
    deep = b""
    for _ in range(MAX_NESTING + 8):  # a graph in an attribute of a node in a graph
        for key in (b"\x32", b"\x2a", b"\x0a"):
            deep = key + _varint(len(deep)) + deep
    with pytest.raises(InputError, match="within each other"):
        check_fields(deep, onnx.GraphProto)


def _varint(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80, number >> 7 & 0x7F])
