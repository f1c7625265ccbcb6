"""What was checked, in lines of text. Nothing here decides anything."""

from typing import Any, NamedTuple

from anylength_check.program import Program

STORAGE = "bfloat16 and float16 mean storage: weights, states and logits are stored in them, and all arithmetic is float32."


class Checked(NamedTuple):
    """What was checked of a proof."""

    held: str  # the nodes or states, in words
    steps: int
    of_each: str  # what a step's inclusion is of, in words
    answers: int  # the steps after which the machine has an output
    margin: int  # the least one


def lines_of(top: dict[str, Any], program: Program, all_checked: list[Checked]) -> tuple[str, ...]:
    """The claim, and what was checked for it."""
    states, encoding, proofs = len(top["machine"]["delta"]), top["encoding"], top["proofs"]
    symbols = encoding["base"] ** encoding["tapes"]
    lines = [
        f"Claim: {top['claim']}",
        "Files: the digest fits the certificate, the SHA-256 fits the tensors, every weight is a finite float32.",
        f"Machine: {states} states, {symbols} symbols. Net: {program.fields['state']} numbers in a state, "
        f"{len(program.parts[1] + program.parts[2])} operations, {program.classes} output classes.",
    ]
    pairs = enumerate(zip(proofs, all_checked, strict=True), 1)
    lines += [f"Proof {number}: {_line(proof, checked, program.classes)}" for number, (proof, checked) in pairs]
    if any(proof["formats"] not in ([], ["float32"]) for proof in proofs):
        lines.append(f"Number formats: {STORAGE}")
    return tuple(lines)


def _line(proof: dict[str, Any], checked: Checked, classes: int) -> str:
    """The numbers of a proof, and what was checked of it."""
    billionths = checked.margin * 10**9 >> 352
    some = "" if checked.answers == checked.steps else f", on {checked.answers} of the {checked.steps} with an answer"
    return (
        f"epsilon {proof['epsilon']}, eta {proof['eta']}; {checked.held} checked: {checked.steps}{checked.of_each}; "
        f"margins checked: {checked.answers * (classes - 1)}{some}, "
        f"the smallest at least {billionths // 10**9}.{billionths % 10**9:09}; "
        f"formats checked: {', '.join(proof['formats']) or 'none'}."
    )
