"""Records: JSON and back changes nothing, and what is not just such a record is refused."""

import importlib.util
import json
import pkgutil
import typing
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Any, Literal
from xml.etree import ElementTree

import msgspec
import pytest

from anylength.base import InputError, Record
from anylength.diagnosis import explain
from anylength.extraction import extract
from anylength.lengths import stress
from anylength.records import Epoch, Mistake, Proved, Refuted, Share, Training, Verdict
from anylength.records.verdict_page import mistake_picture
from anylength.verification.verdicts import Verification, verify

PLAIN = {str: "Ünïcode™, 9 nines", int: 7, float: 0.1 + 0.2, bool: True, type(None): None, Any: "any", object: "any"}
"""A value of each plain type."""


def below(kind: type[Record]) -> Iterator[type[Record]]:
    """The classes of records that are loaded, without those that others only build on."""
    for each in kind.__subclasses__():
        yield from [each, *below(each)]


for package in ("anylength", "anylength_lab"):
    if importlib.util.find_spec(package):
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if module.name.endswith("records") or ".records." in module.name:
                importlib.import_module(module.name)
KINDS = {kind.__name__: kind for kind in below(Record) if kind is not Verdict and not kind.__name__.startswith("_")}
FILES = [name for name, kind in KINDS.items() if "format" in kind.__struct_fields__]


def values(kind: Any) -> Sequence[Any]:
    """Values of a type of a field: one of each of its alternatives, and for containers an empty one, too."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind in PLAIN:
        return [PLAIN[kind]]
    if origin is Literal:
        return inner
    if origin in (typing.Union, UnionType):
        return [value for one in inner for value in values(one)]
    if origin is typing.Annotated:
        return values(inner[0])
    if origin is dict:
        return [{"10": values(inner[1])[0]}, {}]
    if origin is tuple and inner[-1] is not ...:
        return [tuple(values(one)[0] for one in inner)]
    if origin in (list, tuple):
        return [origin(values(inner[0])[:1] * 2), origin()]
    return instances(kind)


def instances(kind: type[Record]) -> list[Record]:
    """Records of a class: in each the fields have the next of their values."""
    hints = typing.get_type_hints(kind, include_extras=True)
    drawn = {name: values(hints[name]) for name in kind.__struct_fields__ if name != "format"}
    most = max(map(len, drawn.values()))
    return [kind(**{name: some[min(k, len(some) - 1)] for name, some in drawn.items()}) for k in range(most)]


@pytest.mark.parametrize("name", KINDS)
def test_to_json_and_back_is_the_identity_on_one_line_and_in_a_file_for_people(name):
    for record in instances(KINDS[name]):
        for text in (record.to_json(), record.to_json().encode(), record.to_file()):
            again = type(record).from_json(text, "a.json")
            assert again == record and again.to_json() == record.to_json()
        assert "\n" not in record.to_json()
        assert record.to_file().endswith(b"\n") and record.to_file().count(b"\n") > 2
        assert json.loads(record.to_file()) == json.loads(record.to_json())
        with pytest.raises(AttributeError):
            setattr(record, record.__struct_fields__[0], "other")


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_such_record_is_refused_and_named(name):
    kind, record = KINDS[name], instances(KINDS[name])[0]
    text, raw = record.to_json(), json.loads(record.to_json())
    key, value = next(iter(raw.items()))
    others = {
        json.dumps(raw | {"colour": "red"}): "colour",
        json.dumps({one: raw[one] for one in raw if one != key}): key,
        json.dumps(raw | {key: {"not": ["this"]}}): rf"expected a {name}, got a\.json",
        f"{text[:-1]},{json.dumps(key)}:{json.dumps(value)}}}": f"the key '{key}' is given twice",
    }
    others |= {text[:length]: r"a\.json" for length in {0, 1, len(text) // 3, len(text) // 2, len(text) - 1}}
    for other, says in others.items():
        with pytest.raises(InputError, match=says):
            kind.from_json(other, "a.json")


@pytest.mark.parametrize("name", FILES)
def test_another_format_number_is_refused_before_anything_else(name):
    kind, raw = KINDS[name], json.loads(instances(KINDS[name])[0].to_json())
    assert raw["format"] == kind.FORMAT
    for number in (0, kind.FORMAT + 1, str(kind.FORMAT), None, 1.5, "missing"):
        other = raw | {"format": number, "from": "the future"}
        if number == "missing":
            del other["format"]
        with pytest.raises(InputError, match=rf"expected format {kind.FORMAT}, got format .* in a\.json: use the version"):
            kind.from_json(json.dumps(other), "a.json")


def test_records_that_become_files_are_those_with_a_format_number():
    assert set(FILES) >= {"RunConfig", "Environment", "Training", "Stress", "Refuted", "Hardening", "Extraction"}


@pytest.mark.parametrize(
    "content", [b"null", b"[]", b"3", b'"text"', b"\xff\xfe\x00", b"\x00" * 50, b'{"epochs": NaN}', b"[" * 100_000, b'{"a":"\xff"}']
)
def test_what_is_no_record_is_refused_in_one_line(content):
    with pytest.raises(InputError) as caught:
        Training.from_json(content, "DONE")
    assert "DONE" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_share_and_an_epoch_say_what_they_amount_to():
    assert Share(right=1, tried=3, low=0.1, high=1.0).value == 1 / 3
    perfect = msgspec.structs.replace(instances(Epoch)[0], train_accuracy=1.0, validation_accuracy=1.0)
    assert perfect.perfect
    assert not msgspec.structs.replace(perfect, validation_accuracy=0.999).perfect
    assert not msgspec.structs.replace(perfect, train_accuracy=0.999).perfect


@pytest.mark.parametrize("word", ["PROVEN", "proved", "", "VALID", None])
def test_a_verdict_is_one_of_four_words(word):
    raw = json.loads(instances(Verdict)[0].to_json()) | {"verdict": word}
    with pytest.raises(InputError, match="expected a Verdict, got a.json"):
        Verdict.from_json(json.dumps(raw), "a.json")


LONGEST_REPR = 900
"""Characters of a representation: ten lines of a notebook or so."""


def test_a_representation_is_short_and_leaves_out_what_is_unset(net, task, trained):
    refuted = verify(net, task, budget=5.0)
    shown = [refuted, trained, net, task, stress(net, task, limit=30), explain(net, task), extract(net, task, budget=5.0)]
    for value in [*shown, refuted.verdict]:
        assert len(repr(value)) <= LONGEST_REPR, repr(value)
        assert repr(value).startswith(f"{type(value).__name__}(") and "UNSET" not in repr(value) and "=None" not in repr(value)
    assert "Refuted(" in repr(refuted) and "name='count'" in repr(task)


def test_a_proof_shows_its_files_by_size():
    verdict = Proved(reason="boxes hold", noise_budget=0.25, formats=("float32",))
    text = "Verification(verdict=Proved(reason='boxes hold', noise_budget=0.25, "
    assert repr(Verification(verdict, b"12345", b"1234")).startswith(text)
    assert repr(Verification(verdict, b"12345", b"1234")).endswith("certificate=<5 bytes>, weights=<4 bytes>)")


def test_a_notebook_shows_a_verdict_and_its_wrong_word_in_ten_lines():
    mistake = Mistake(numbers=["9<" + "9" * 99], answer="0" * 101, expected="1" + "0" * 100)
    verdict = Refuted(reason="an input of 100 steps is wrong", counterexample=mistake.numbers, mistake=mistake)
    page = Verification(verdict)._repr_html_()
    assert page.startswith("<div><b>REFUTED</b>") and page.count("<tr>") + page.count("<svg") <= 10
    assert "9<9" not in page and "9&lt;9" in page  # what a task names is no HTML
    root = ElementTree.fromstring(mistake_picture(mistake))
    rows = {text.text for text in root if text.get("x") == "0"}
    assert rows == {"input", "net", "right"} and len(root) <= 3 * 41
    proved = Proved(reason="boxes hold", noise_budget=0.25, formats=("float32", "bfloat16"))
    assert "<td>0.25</td>" in proved._repr_html_() and "float32, bfloat16" in proved._repr_html_()


@pytest.mark.parametrize(
    ("mistake", "wrong"),
    [
        (Mistake(numbers=["99"], answer="000", expected="100"), ["0"]),
        (Mistake(numbers=["abab"], answer="accept", expected="reject", separator=""), ["accept"]),
        (Mistake(numbers=["a b"], answer="x y", expected="x z", separator=" "), ["x y"]),
    ],
)
def test_the_wrong_symbols_of_an_answer_are_marked(mistake, wrong):
    root = ElementTree.fromstring(mistake_picture(mistake))
    assert [text.text for text in root if text.get("font-weight") == "bold"] == wrong
