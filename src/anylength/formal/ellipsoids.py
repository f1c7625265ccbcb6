"""A proof by ellipsoids as terms of Rocq: a definition for each node, then the certificate.

The numbers of a node are in units of 2^-32 and below 2^47, so they are written as the processor's integers: see Compact.v.
"""

from functools import reduce
from typing import Any

from anylength.formal.reading import Files
from anylength.formal.some_words import nodes_after
from anylength.formal.spelling import block, dyadic, listed, wrapped
from anylength_check.cover import Cover, wider
from anylength_check.forms import BITS as FORM_BITS
from anylength_check.weights import filled

BOX_BITS, CHECKER_BITS = 20, 352
"""The ends of a box of states are multiples of 2^-20; the checker's are of 2^-352."""

IMPORTS = "From Coq Require Import Sint63.\nFrom Anylength Require Import Compact."


def ellipsoid_terms(proof: dict[str, Any], noise: str, margin: str) -> list[str]:
    """The text that defines `certificate`.

    Args:
        proof: A proof by ellipsoids.
        noise: The term of its epsilon.
        margin: The term of its eta.
    """
    names = [f"node_{number}" for number in range(len(proof["nodes"]))]
    nodes = [_node(name, node, len(names)) for name, node in zip(names, proof["nodes"], strict=True)]
    return [IMPORTS, "Module Nodes.\nOpen Scope sint63_scope.", *nodes, "End Nodes.", _certificate(proof, names, noise, margin)]


def state_box(files: Files, proof: dict[str, Any]) -> str:
    """The text that defines `state_box`, a box around all states that a step may compute, a little wider than the checker's."""
    ends = [f"({dyadic(low, -BOX_BITS)}, {dyadic(high, -BOX_BITS)})" for low, high in _ends(files, proof)]
    return f"Definition state_box : list (dyadic * dyadic) := {wrapped(ends)}%Z."


def _ends(files: Files, proof: dict[str, Any]) -> list[tuple[int, int]]:
    """The ends in units of 2^-20. The independent checker goes through the proof, and keeps the ranges of states."""
    columns = {name: filled(rows) for name, rows in files.tensors.items()}
    cover = Cover(files.top, files.program, files.tensors, columns, proof)
    seen = filter(None, map(cover.under, range(len(files.top["machine"]["delta"][0]))))
    states = reduce(wider, (one.under.states for one in seen), cover.start().states)
    shift = CHECKER_BITS - BOX_BITS
    return [((low >> shift) - 1, -(-high >> shift) + 1) for low, high in states]


def _node(name: str, node: dict[str, Any], nodes: int) -> str:
    region = node["region"]["ellipsoid"]
    center, spread = (_numbers(region[field]) for field in ("center", "spread"))
    return f"""Definition {name} := {{|
  state_of := {node["state"]}%nat;
  states := {{|
    middle_of := in_units {center};
    shape := rows_in_units {_rows(region["shape"])};
    spread := in_units {spread}
  |}};
  followers := {listed(map(str, nodes_after(node, nodes)))}%nat;
  shares := {block([f"rows_in_units {_rows(rows)}" for rows in rows_of_weights(node)], "    ")}
|}}."""


def rows_of_weights(node: dict[str, Any]) -> list[list[list[int]]]:
    """For each symbol the rows of weights of a node: one, or one for each slice."""
    return [row if isinstance(row[0], list) else [row] for row in node["weights"]]


def _certificate(proof: dict[str, Any], names: list[str], noise: str, margin: str) -> str:
    return f"""Definition certificate : ellipsoid_certificate := {{|
  blocks := {proof["blocks"]};
  slices := {block(map(_slice, proof.get("slices", [])), "    ")}%Z;
  entry_node := {proof["start"]};
  ellipsoid_nodes := {wrapped([f"Nodes.{name}" for name in names], "    ")};
  noise := {noise};
  margin := {margin}
|}}."""


def _slice(row: list[int]) -> str:
    end, shift, along, across = (dyadic(number, -FORM_BITS) for number in row)
    return f"{{| end_of := {end}; shifted_by := {shift}; along := {along}; across := {across} |}}"


def _numbers(row: list[int]) -> str:
    return wrapped(list(map(str, row)), "      ")


def _rows(rows: list[list[int]]) -> str:
    return block([_numbers(row) for row in rows], "      ")
