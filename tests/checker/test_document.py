"""The document says what the checker does: claims letter by letter, operations, limits, and what a format means."""

import math
import re
from pathlib import Path

import pytest
from handmade import certify, make_proof, remembering

from anylength.verification.certify.certificate import CLAIM as PRODUCERS_CLAIM
from anylength.verification.certify.certificate import PROOF_CLAIM
from anylength.verification.certify.stack_certificate import CLAIM as PRODUCERS_STACKS_CLAIM
from anylength_check import certificate as checker
from anylength_check import forgetting, program, ranges, rounding, slices, streams, strict, weights
from anylength_check.forms import FORM_UNIT
from anylength_check.work import FORMAT_STEPS, KEPT_LIMIT, WORK_LIMIT

PAGES = sorted((Path(__file__).parents[2] / "docs" / "reference").glob("certificate*.md"))
DOCUMENT = "\n".join(page.read_text() for page in PAGES)
SENTENCES = [" ".join(text.split("\n")) for text in re.findall(r"```text\n(The [^`]*? net with .*?)\n```", DOCUMENT, re.DOTALL)]


def test_the_document_states_the_claims_letter_by_letter():
    of_stacks, sentence = SENTENCES
    assert checker.CLAIM + checker.PROVED.format("{epsilon}", "{eta}", "{formats}") == sentence == PRODUCERS_CLAIM + PROOF_CLAIM
    assert checker.STACKS_CLAIM == of_stacks == PRODUCERS_STACKS_CLAIM


def test_the_document_states_the_claims_about_streams_letter_by_letter():
    found = [" ".join(text.split("\n")) for text in re.findall(r"```text\n(Of the .*?)\n```", DOCUMENT, re.DOTALL)]
    assert found == [streams.BOUNDED, streams.GROWS, forgetting.FORGETS]
    stated = " ".join(part("Certificates about streams").split())
    assert all(f"`{text}`" in stated for text in (*streams.ARITHMETIC.values(), forgetting.RESET["gru"]))
    assert all(f"`{name}`" in stated for own, _ in streams.KINDS.values() for name in own)
    assert f"at most {streams.UNITS:,}" in stated and f"10{raised(2 ** int(math.log10(forgetting.STEPS)))}" in stated


def test_the_sentence_that_check_prints_is_the_documents(judge, tiny):
    net, original = tiny
    code, proof = original["encoding"], original["proofs"][1]
    original = certify(net, [proof])
    machine = re.search("machine SHA-256 ([0-9a-f]{64})", original["claim"])[1]
    filled = SENTENCES[1].format(
        program=program.canonical_sha256(original["program"]), tensors=original["tensors"], classes=3, machine=machine, states=2,
        words="of any length", start="the program's start state", near="differs from",
        base=code["base"], tapes=code["tapes"], epsilon=proof["epsilon"], eta=proof["eta"], formats="float32",
    )  # fmt: skip
    assert judge(original, net).lines[0] == f"Claim: {filled}"


def part(heading):
    """The text of a section, or of a page that has the heading."""
    section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", DOCUMENT, re.DOTALL | re.MULTILINE)
    return section[1] if section else next(text for page in PAGES if (text := page.read_text()).startswith(f"# {heading}\n"))


@pytest.mark.parametrize("heading", ["The program", "Rules of ranges", "Number formats in certificates"])
def test_each_section_names_every_operation(heading):
    missing = [op for op in program.ARGUMENTS if f"`{op}`" not in part(heading)]
    assert missing == ([] if heading != "Rules of ranges" else ["state"])


def test_the_document_states_the_attributes():
    for op, names in program.ATTRIBUTES.items():
        line = next(line for line in part("The program").split("\n") if line.startswith("| ") and f"`{op}`" in line)
        assert all(f"`{name}`" in line for name in names), op
    for name, storage in rounding.FORMATS.items():
        assert f"| `{name}` |" in part("Number formats in certificates") and storage[1] in (1 << 226, 1 << 338)


def raised(power):
    """The exponent of a power of 2, as the document writes it."""
    return str(power.bit_length() - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


LIMITS = (
    f"{checker.CERTIFICATE_LIMIT >> 20} MiB, {strict.STRUCTURE_LIMIT:,} brackets, braces and colons, {strict.COMMA_LIMIT:,} commas",
    f"{weights.WEIGHTS_LIMIT >> 20} MiB (the weights of an `lstm` of 1024 units take 16)",
    f"its header {weights.HEADER_LIMIT >> 20} MiB",
    f"Q ≤ {checker.STATES}, A ≤ {checker.SYMBOLS}, 2 ≤ C ≤ {program.CLASSES}, {checker.TAPES} tapes, {checker.PROOFS} proofs",
    f"{checker.NODES:,} nodes",
    f"{checker.STACKS} stacks, A·G^K ≤ {checker.COLUMNS:,}",
    f"{WORK_LIMIT:,} multiplications",
    f"{KEPT_LIMIT:,}: A times the rows",
    f"A · (n·W + {FORMAT_STEPS}·f·W₀)",
    f"{program.INSTRUCTIONS:,} instructions, {program.ROWS:,} rows of a value, {program.ALL_ROWS:,} rows in all",
    f"axes of 1 to {weights.AXIS}",
    f"all at most 2{raised(checker.LARGEST)} in magnitude",
    f"2 to {slices.SLICES} lists of four integers from −2{raised(FORM_UNIT)} to 2{raised(2 * FORM_UNIT)}",
    "has the same key twice is refused",
)


@pytest.mark.parametrize("limit", LIMITS)
def test_the_document_states_the_limits(limit):
    assert limit in DOCUMENT
    assert ranges.LARGEST == 1 << 1352


@pytest.mark.parametrize(("low", "high"), [(-3, 2), (-2, 3), (-3, -2), (2, 3), (0, 1), (0, 0)])
def test_the_rule_of_absolute_is_the_documents(low, high):
    assert "`absolute` does not: high is the larger magnitude" in part("Rules of ranges")
    least = 0 if low <= 0 <= high else min(abs(low), abs(high))
    assert ranges.BY_ROWS["absolute"]((low, high)) == (least, max(abs(low), abs(high)))


@pytest.mark.parametrize("formats", [[], ["float32"], ["bfloat16"], ["bfloat16", "float16", "float32"]])
def test_check_says_that_a_16_bit_format_means_storage(judge, formats):
    net = remembering("rnn")
    lines = judge(certify(net, [make_proof(net, 0.08, formats)]), net).lines
    assert any("mean storage" in line and "arithmetic is float32" in line for line in lines) == ("bfloat16" in formats)
