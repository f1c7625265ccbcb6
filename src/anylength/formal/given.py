"""Given.v: a certificate and its weights as terms of Rocq. Nothing is rounded: each number is written exactly, as m * 2^e."""

from typing import Any

from anylength.formal.ellipsoids import ellipsoid_terms, state_box
from anylength.formal.reading import Files
from anylength.formal.some_words import SomeWords, nodes_after
from anylength.formal.spelling import block, dyadic, identifiers, listed, wrapped
from anylength.formal.stacks import IMPORTS as IMPORTS_OF_STACKS
from anylength.formal.stacks import stack_certificate, stack_machine, stack_net, symbols_of
from anylength.formal.terms import Argument, Function, Number, Rows, number_of, term_of
from anylength_check.dyadic import WEIGHT_BITS

IMPORTS = """From Coq Require Import ZArith NArith List.
From Anylength Require Import Machine Numbers Program Net Certificate.
Import ListNotations."""


def given_file(files: Files, proof: dict[str, Any], words: SomeWords | None = None) -> str:
    """The text of Given.v: `net`, `machine` and `certificate`, and what the kernel needs to know of the words of the claim.

    Args:
        files: The certificate and the weights.
        proof: One of the certificate's proofs.
        words: The words that it is about; None: all.

    Raises:
        InputError: The program has an operation that the theorems do not know.
    """
    if "letters" in proof:
        nodes = _boxes(files, proof, "node_boxes")
        machine = f"Definition machine : stack_machine := {stack_machine(files.top['machine'], symbols_of(files))}."
        terms = [_net(files, "controller_net"), stack_net(files), machine, nodes, stack_certificate(files, proof)]
        return "\n\n".join([_heading(files), IMPORTS, IMPORTS_OF_STACKS, _weights(files), *terms]) + "\n"
    if "rounding" in files.top:
        regions = [_rounded(files, proof)]
    else:
        regions = _ellipsoids(files, proof) if "blocks" in proof else [_boxes(files, proof, "certificate")]
    of_words = [] if words is None else [words.definitions]
    parts = [_heading(files), IMPORTS, _weights(files), _net(files, "net"), _machine(files.top["machine"]), *regions, *of_words]
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


def _net(files: Files, name: str) -> str:
    fields, names = files.program.fields, identifiers(files.tensors)
    start = names[fields["start"]] if fields["start"] else f"repeat (0, 0)%Z {fields['state']}"
    lists = [block([_instruction(one, files, names) for one in fields[which]], "    ") for which in ("step", "answer")]
    encoding, readout = files.top["encoding"], fields["readout"]
    return f"""Definition {name} : net := {{|
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
    name, arguments = term_of(one)
    return " ".join([name, *(_argument(argument, files, names) for argument in arguments)])


def _argument(argument: Argument, files: Files, names: dict[str, str]) -> str:
    if isinstance(argument, Number):
        return f"{dyadic(*argument)}%Z"
    if isinstance(argument, Function):
        return argument.name.capitalize()
    if isinstance(argument, Rows):
        return names[argument.tensor] if argument.vector else _rows(argument, files, names[argument.tensor])
    return listed(map(str, argument)) if isinstance(argument, list) else str(argument)


def _rows(rows: Rows, files: Files, name: str) -> str:
    """The rows of a tensor that a product takes."""
    whole = [rows.start, rows.stop] == [0, files.program.fields["tensors"][rows.tensor][0]]
    return name if whole else f"(firstn {rows.stop - rows.start} (skipn {rows.start} {name}))"


def _number(text: str) -> str:
    return f"{dyadic(*number_of(text))}%Z"


def _machine(machine: dict[str, Any]) -> str:
    delta, output = (block([listed(map(str, row)) for row in machine[name]], "    ") for name in ("delta", "output"))
    return f"""Definition machine : machine := {{|
  start := {machine["start"]};
  delta := {delta};
  output := {output}
|}}."""


def ends_of(node: dict[str, Any]) -> list[tuple[Number, Number]]:
    """The ends of a node's box, in either format."""
    box = node["region"]["box"] if "region" in node else node
    return [(number_of(low), number_of(high)) for low, high in zip(box["low"], box["high"], strict=True)]


def _ellipsoids(files: Files, proof: dict[str, Any]) -> list[str]:
    box = [state_box(files, proof)] if proof["formats"] else []
    return ellipsoid_terms(proof, _number(proof["epsilon"]), _number(proof["eta"])) + box


def _rounded(files: Files, proof: dict[str, Any]) -> str:
    return f"""From Anylength Require Import Rounded.

Definition certificate : rounded_certificate := {{|
  cut_values := {listed(map(str, files.program.fields["cut"]))};
  fraction_bits := {files.top["rounding"]["fraction_bits"]};
  visited_states := {proof["states"]}%N;
  checked_steps := {proof["steps"]}%N;
  step_error := {_number(proof["epsilon"])};
  lead := {_number(proof["eta"])}
|}}."""


def _boxes(files: Files, proof: dict[str, Any], name: str) -> str:
    nodes = block([_node(node, len(proof["nodes"])) for node in proof["nodes"]], "    ")
    return f"""Definition {name} : certificate := {{|
  cut := {listed(map(str, files.program.fields["cut"]))};
  first := {proof["start"]};
  nodes := {nodes};
  epsilon := {_number(proof["epsilon"])};
  eta := {_number(proof["eta"])}
|}}."""


def _node(node: dict[str, Any], nodes: int) -> str:
    ends = [f"({dyadic(*low)}, {dyadic(*high)})" for low, high in ends_of(node)]
    region, following = wrapped(ends, "      "), wrapped(list(map(str, nodes_after(node, nodes))), "      ")
    return f"{{| of_state := {node['state']}; region := {region}%Z;\n      following := {following} |}}"
