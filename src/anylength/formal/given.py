"""Given.v: a certificate and its weights as terms of Rocq. Nothing is rounded: each number is written exactly, as m * 2^e."""

from typing import Any

from anylength.errors import InputError
from anylength.formal.reading import Files
from anylength.formal.spelling import block, dyadic, identifiers, listed, wrapped
from anylength_check.dyadic import BOX_BITS, WEIGHT_BITS, from_hex

LEAVES = {"symbol": "Symbol", "state": "State"}
BINARY = {"add": "Add", "subtract": "Subtract", "multiply": "Multiply", "maximum": "Maximum", "minimum": "Minimum"}
UNARY = {
    "tanh": "Tanh", "sigmoid": "Sigmoid", "relu": "Relu", "exp": "Exp", "absolute": "Absolute", "square": "Square",
    "reciprocal": "Reciprocal", "rsqrt": "Rsqrt", "softplus": "Softplus", "silu": "Silu",
}  # fmt: skip
ONE_ARGUMENT = {"mean": "Mean", "mean_square": "MeanSquare", "center": "Center", "softmax": "Softmax", "stored": "Stored"}
IMPORTS = """From Coq Require Import ZArith List.
From Anylength Require Import Machine Numbers Program Net Certificate.
Import ListNotations."""


def given_file(files: Files, proof: dict[str, Any]) -> str:
    """The text of Given.v: `net`, `machine` and `certificate`.

    Raises:
        InputError: The program has an operation that the theorems do not know, or the proof is not one by boxes on all words.
    """
    parts = [_heading(files), IMPORTS, _weights(files), _net(files), _machine(files.top["machine"]), _certificate(files, proof)]
    return "\n\n".join(parts) + "\n"


def _heading(files: Files) -> str:
    return f"(* Tensors SHA-256 {files.top['tensors']},\n   certificate digest {files.top['digest']}. *)"


def _weights(files: Files) -> str:
    """A definition for each tensor: a list of numbers, or a list of rows."""
    names = identifiers(files.tensors)
    return "\n\n".join(_tensor(names[name], files.program.fields["tensors"][name], rows) for name, rows in files.tensors.items())


def _tensor(name: str, shape: list[int], rows: list[list[int]]) -> str:
    spelt = [wrapped([dyadic(w, -WEIGHT_BITS) for w in row], "    ") for row in rows]
    if len(shape) == 1:
        return f"Definition {name} : list dyadic := {spelt[0]}%Z."
    return f"Definition {name} : list (list dyadic) := {block(spelt)}%Z."


def _net(files: Files) -> str:
    fields, names = files.program.fields, identifiers(files.tensors)
    start = names[fields["start"]] if fields["start"] else f"repeat (0, 0)%Z {fields['state']}"
    lists = [block([_instruction(one, files, names) for one in fields[which]], "    ") for which in ("step", "answer")]
    encoding, readout = files.top["encoding"], fields["readout"]
    return f"""Definition net : net := {{|
  base := {encoding["base"]};
  tapes := {encoding["tapes"]};
  start_state := {start};
  step := {lists[0]};
  answer := {lists[1]};
  readout_weight := {names[readout["weight"]]};
  readout_bias := {names[readout["bias"]]}
|}}."""


def _instruction(one: dict[str, Any], files: Files, names: dict[str, str]) -> str:
    """An instruction as a term.

    Raises:
        InputError: The theorems do not know the operation.
    """
    op, of = one["op"], " ".join(map(str, one["of"]))
    if op in LEAVES:
        return LEAVES[op]
    if op == "tensor":
        return f"Tensor {names[one['name']]}"
    if op == "constant":
        return f"Constant {_number(one['value'])} {one['rows']}"
    if op == "slice":
        return f"Slice {of} {one['start']} {one['stop']}"
    if op == "take":
        return f"Take {of} {listed(map(str, one['rows']))}"
    if op == "concatenate":
        return f"Concatenate {listed(map(str, one['of']))}"
    if op == "matmul":
        return f"Matmul {_rows(one, files, names[one['weight']])} {of}"
    if op in BINARY:
        return f"Apply2 {BINARY[op]} {of}"
    if op in UNARY:
        return f"Apply1 {UNARY[op]} {of}"
    if op == "scale":
        return f"Scale {_number(one['factor'])} {of}"
    if op == "normalize":
        return f"Normalize {_number(one['epsilon'])} {one['of'][0]}"
    if op in ONE_ARGUMENT:
        return f"{ONE_ARGUMENT[op]} {of}"
    if op in ("lerp", "matvec"):
        return f"{op.capitalize()} {of}"
    raise InputError("a step whose operations the theorems know", f"the operation {op}", "prove it with anylength check instead")


def _rows(one: dict[str, Any], files: Files, name: str) -> str:
    """The rows of a tensor that a product takes."""
    start, stop = one["start"], one["stop"]
    whole = [start, stop] == [0, files.program.fields["tensors"][one["weight"]][0]]
    return name if whole else f"(firstn {stop - start} (skipn {start} {name}))"


def _number(text: str) -> str:
    """A number of the certificate, which spells it in hexadecimal."""
    return f"{dyadic(from_hex(text, 'a number'), -BOX_BITS)}%Z"


def _machine(machine: dict[str, Any]) -> str:
    delta, output = (block([listed(map(str, row)) for row in machine[name]], "    ") for name in ("delta", "output"))
    return f"""Definition machine : machine := {{|
  start := {machine["start"]};
  delta := {delta};
  output := {output}
|}}."""


def _certificate(files: Files, proof: dict[str, Any]) -> str:
    """The proof.

    Raises:
        InputError: It is of a kind that the theorems do not know.
    """
    kinds = {"words": "only some words", "rounding": "rounded states"}
    kind = next((said for field, said in kinds.items() if field in files.top), "ellipsoids" if "blocks" in proof else None)
    if kind is not None:
        raise InputError("a certificate by boxes about all words", f"one about {kind}", "check it with anylength check instead")
    nodes = block([_node(node) for node in proof["nodes"]], "    ")
    return f"""Definition certificate : certificate := {{|
  cut := {listed(map(str, files.program.fields["cut"]))};
  first := {proof["start"]};
  nodes := {nodes};
  epsilon := {_number(proof["epsilon"])};
  eta := {_number(proof["eta"])}
|}}."""


def _node(node: dict[str, Any]) -> str:
    box = node["region"]["box"] if "region" in node else node
    ends = [
        f"({dyadic(from_hex(low, 'a bound'), -BOX_BITS)}, {dyadic(from_hex(high, 'a bound'), -BOX_BITS)})"
        for low, high in zip(box["low"], box["high"], strict=True)
    ]
    region, following = wrapped(ends, "      "), wrapped(list(map(str, node["next"])), "      ")
    return f"{{| of_state := {node['state']}; region := {region}%Z;\n      following := {following} |}}"
