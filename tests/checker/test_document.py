"""docs/certificate.md says what the checker does: the claim letter by letter, the limits, and what a format means."""

import re
from pathlib import Path

import pytest
from handmade import certify, make_proof, remembering

from anylength.verification.certify.certificate import CLAIM as PRODUCERS_CLAIM
from anylength.verification.certify.certificate import PROOF_CLAIM
from anylength_check import certificate as checker
from anylength_check import strict, weights
from anylength_check.check import FORMAT_STEPS, FUNCTION_WORK, WORK_LIMIT

DOCUMENT = (Path(__file__).parents[2] / "docs" / "certificate.md").read_text()
SENTENCE = " ".join(re.search(r"```text\n(The .*?)\n```", DOCUMENT, re.DOTALL)[1].split("\n"))


def test_the_document_states_the_claim_letter_by_letter():
    assert checker.CLAIM + checker.PROVED.format("{epsilon}", "{eta}", "{formats}") == SENTENCE
    assert PRODUCERS_CLAIM + PROOF_CLAIM == SENTENCE


def test_the_sentence_that_check_prints_is_the_documents(judge, tiny):
    net, original = tiny
    code, proof = original["encoding"], original["proofs"][1]
    original = certify(net, [proof])
    machine = re.search("machine SHA-256 ([0-9a-f]{64})", original["claim"])[1]
    filled = SENTENCE.format(
        cell="rnn", tensors=original["tensors"], hidden=net.hidden, classes=3, machine=machine, states=2,
        base=code["base"], tapes=code["tapes"], epsilon=proof["epsilon"], eta=proof["eta"], formats="float32",
    )  # fmt: skip
    assert judge(original, net).lines[0] == f"Claim: {filled}"


LIMITS = (
    f"{checker.CERTIFICATE_LIMIT >> 20} MiB, {strict.STRUCTURE_LIMIT:,} brackets, braces and colons, {strict.COMMA_LIMIT:,} commas",
    f"{weights.WEIGHTS_LIMIT >> 20} MiB (the weights of an `lstm` of 1024 units take 16)",
    f"its header {weights.HEADER_LIMIT >> 20} MiB",
    f"Q ≤ {checker.STATES}, A ≤ {checker.SYMBOLS}, 2 ≤ C ≤ {checker.CLASSES}, {checker.TAPES} tapes, {checker.PROOFS} proofs",
    f"{checker.NODES:,} nodes",
    f"{WORK_LIMIT:,} multiplications",
    f"(n·A + {FORMAT_STEPS}·f) · (H·(R + C) + {FUNCTION_WORK}·(P + H))",
)


@pytest.mark.parametrize("limit", LIMITS)
def test_the_document_states_the_limits(limit):
    assert limit in DOCUMENT


@pytest.mark.parametrize("formats", [[], ["float32"], ["bfloat16"], ["bfloat16", "float16", "float32"]])
def test_check_says_that_a_16_bit_format_means_storage(judge, formats):
    net = remembering("rnn")
    lines = judge(certify(net, [make_proof(net, 0.08, formats)]), net).lines
    assert any("mean storage" in line and "arithmetic is float32" in line for line in lines) == ("bfloat16" in formats)
