"""Proofs by ellipsoids as terms of Rocq: the kernel computes that a proof of a small net closes, and that spoilt ones do not."""

import shutil
from copy import deepcopy
from typing import Any

import pytest

from anylength.formal.ellipsoids import ellipsoid_terms
from tests.rocq_terms import FORMAL, MISSING, compiled, in_order

UNIT = 1 << 32
NEEDED = [
    *("Machine", "Numbers", "Program", "Agreement", "Silu", "Normal", "Gelu", "Basic", "NormalIntervals", "GeluBounds"),
    *("Intervals", "Net", "Certificate", "Induction", "Tables", "SomeWords"),
    *(
        "Vectors",
        "Matrices",
        "Bends",
        "ThirdOrder",
        "Parabola",
        "Room",
        "Forms",
        "Slices",
        "Ellipsoids",
        "EllipsoidRegions",
        "Compact",
        "FloatKernel",
    ),
]

HALF = [72 * UNIT // 100, 11 * UNIT // 10]
SLICES = [[0, -29 * UNIT // 100, *HALF], [UNIT, 29 * UNIT // 100, *HALF]]
"""Two halves."""

NET = """From Coq Require Import ZArith List.
From Anylength Require Import Machine Numbers Program Net Certificate FloatKernel.
Import ListNotations.

(* One unit, h' = tanh(h / 2 - 2) or tanh(h / 2 + 2). It says which symbol it has read. *)
Definition net : net := {|
  base := 2; tapes := 1; start_state := [(0, 0)%Z];
  step := [Symbol; State; Matmul [[(-2, 0); (2, 0)]]%Z 0; Matmul [[(1, -1)]]%Z 1; Apply2 Add 2 3; Apply1 Tanh 4];
  answer := [State];
  readout_weight := [[(-1, 0)]; [(1, 0)]]%Z;
  readout_bias := [(0, 0); (0, 0)]%Z
|}.
Definition machine : machine := {| start := 0; delta := [[0; 0]]; output := [[0; 1]] |}.
"""


def units(number: float) -> int:
    """A number in units of 2^-32."""
    return round(number * UNIT)


def node(center: float, radius: float) -> dict[str, Any]:
    """A node whose next nodes are 1 and 2, with weights for the middle, the linear part, one row of bends, and errors."""
    region = {"ellipsoid": {"center": [units(center)], "shape": [[units(radius)]], "spread": [1]}}
    return {"state": 0, "region": region, "next": [1, 2], "weights": [[60, 10, 1, 1]] * 2}


def proof() -> dict[str, Any]:
    """The start, and an interval for each symbol: with one unit an ellipsoid is one."""
    return {"blocks": 1, "start": 0, "nodes": [node(0, 0), node(-0.945, 0.055), node(0.945, 0.055)]}


def sliced(weights: list[int] | None = None, slices: list[list[int]] = SLICES) -> dict[str, Any]:
    """The proof, with its ellipsoids cut in two for the second symbol; the second slices may have other weights."""
    other = {**deepcopy(proof()), "slices": slices}
    for one in other["nodes"]:
        one["weights"][1] = [one["weights"][1], weights or one["weights"][1]]
    return other


def weighed(weights: list[int]) -> dict[str, Any]:
    """The proof with other weights for the first symbol: of the middle, the linear part, a curved one, and errors."""
    other = deepcopy(proof())
    for one in other["nodes"]:
        one["weights"][0] = weights
    return other


def spoilt(number: int, field: str, value: Any) -> dict[str, Any]:
    """The proof with another center, shape or spread of one node."""
    other = deepcopy(proof())
    other["nodes"][number]["region"]["ellipsoid"][field] = value
    return other


def elsewhere(number: int, after: list[int]) -> dict[str, Any]:
    """The proof with other next nodes of one node."""
    other = deepcopy(proof())
    other["nodes"][number]["next"] = after
    return other


CASES = [
    (proof(), "(1, -10)", "(1, 0)", True),
    (proof(), "(1, -5)", "(1, 0)", False),
    (proof(), "(1, -10)", "(2, 0)", False),
    (proof(), "(-1, -10)", "(1, 0)", False),
    (proof(), "(1, -10)", "(0, 0)", False),
    (spoilt(1, "shape", [[units(0.04)]]), "(1, -10)", "(1, 0)", False),
    (spoilt(1, "shape", [[0]]), "(1, -10)", "(1, 0)", False),
    (spoilt(2, "center", [units(0.9)]), "(1, -10)", "(1, 0)", False),
    (spoilt(0, "center", [units(0.001)]), "(1, -10)", "(1, 0)", False),
    (spoilt(1, "spread", [0]), "(1, -10)", "(1, 0)", False),
    (elsewhere(0, [2, 2]), "(1, -10)", "(1, 0)", False),
    (elsewhere(0, [3, 2]), "(1, -10)", "(1, 0)", False),
    (sliced(), "(1, -10)", "(1, 0)", True),
    (sliced(), "(1, -5)", "(1, 0)", False),
    (sliced([1, 1, 1 << 40, 1]), "(1, -10)", "(1, 0)", False),
    (weighed([120, 20, 2, 2]), "(1, -10)", "(1, 0)", True),
    (weighed([1, 1000, 1, 1]), "(1, -10)", "(1, 0)", False),
    (weighed([60, 10, 0, 1]), "(1, -10)", "(1, 0)", False),
    (weighed([60, 10, 1]), "(1, -10)", "(1, 0)", False),
    (weighed([60, 10, 1, 1, 1]), "(1, -10)", "(1, 0)", False),
]
"""A proof, the terms of its noise and margin, and whether it closes."""


def test_a_node_is_written_in_units_of_the_certificate():
    text = "\n".join(ellipsoid_terms(proof(), "(1, -10)%Z", "(1, 0)%Z"))
    assert f"middle_of := in_units [{units(-0.945)}]" in text
    assert "followers := [1; 2]%nat" in text
    assert "[60; 10; 1; 1]" in text


@pytest.mark.slow
@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_the_kernel_accepts_a_proof_and_refuses_spoilt_ones(tmp_path):
    sources = [next(FORMAL.rglob(f"{name}.v")) for name in NEEDED]
    copies = [tmp_path / source.relative_to(FORMAL) for source in sources]
    for source, copy in zip(sources, copies, strict=True):
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(source, copy)
    for file in in_order(copies, tmp_path):
        compiled(file, tmp_path)
    parts = [NET]
    for number, (one, noise, margin, closes) in enumerate(CASES):
        terms = "\n".join(ellipsoid_terms(one, f"{noise}%Z", f"{margin}%Z"))
        claim = f"FloatKernel.check net machine certificate = {str(closes).lower()}"
        lemma = f"Lemma checked : {claim}.\nProof. vm_compute. reflexivity. Qed."
        parts.append(f"Module Case{number}.\n{terms}\n{lemma}\nEnd Case{number}.")
    file = tmp_path / "Cases.v"
    file.write_text("\n".join(parts), encoding="utf-8")
    compiled(file, tmp_path)
