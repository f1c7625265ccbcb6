"""A net with stacks, its machine and its proof as terms of Rocq: the types of formal/stacks."""

from typing import Any

from anylength.formal.reading import Files
from anylength.formal.spelling import block, dyadic, identifiers, listed, wrapped
from anylength.formal.terms import number_of
from anylength_check.stacks import column, met_tops

IMPORTS = "From Anylength Require Import StackMachine StackNet StackCertificate."


def stack_net(files: Files) -> str:
    """The net, whose controller is the definition `controller_net`."""
    memory, names = files.program.stacks(), identifiers(files.tensors)
    return f"""Definition net : stack_net := {{|
  controller := controller_net;
  gate_weight := {names[memory.weight]};
  gate_bias := {names[memory.bias]};
  stacks := {memory.stacks};
  width := {memory.width}
|}}."""


def stack_machine(machine: dict[str, Any], symbols: int) -> str:
    """A machine of a certificate as a term."""
    said = [[f"Some {o}" if o >= 0 else "None" for o in row] for row in machine["output"]]
    return f"""{{|
  alphabet := {symbols};
  letters := {machine["letters"]};
  stack_count := {len(machine["actions"][0][0])};
  initial := {machine["start"]};
  moves := {block([wrapped(list(map(str, row)), "    ") for row in machine["delta"]], "    ")};
  actions := {block([wrapped([listed(map(str, one)) for one in row], "    ") for row in machine["actions"]], "    ")};
  sayings := {block([wrapped(row, "    ") for row in said], "    ")}
|}}"""


def stack_certificate(files: Files, proof: dict[str, Any]) -> str:
    """The proof, whose nodes are in the definition `node_boxes`, and what may lie on top and below."""
    met = met_tops(files.top["machine"], proof, symbols_of(files))
    tops = [wrapped([listed(map(str, one)) for one in sorted(each)], "    ") for each in met]
    under = [listed(listed(map(str, sorted(each))) for each in stack) for stack in _below(files, proof, met)]
    boxes = [block([_box(box) for box in stack], "      ") for stack in proof["letters"]]
    return f"""Definition certificate : stack_certificate := {{|
  of_nodes := node_boxes;
  letter_ends := {block(boxes, "    ")};
  met := {block(tops, "    ")};
  below := {block(under, "    ")}
|}}."""


def symbols_of(files: Files) -> int:
    """How many symbols there are."""
    return files.top["encoding"]["base"] ** files.top["encoding"]["tapes"]


def _box(box: dict[str, list[str]]) -> str:
    ends = zip(box["low"], box["high"], strict=True)
    return wrapped([f"({dyadic(*number_of(low))}, {dyadic(*number_of(high))})" for low, high in ends], "        ") + "%Z"


def _below(files: Files, proof: dict[str, Any], met: list[set[tuple[int, ...]]]) -> list[list[set[int]]]:
    """For each stack and letter what may lie below: what is on top where the letter is pushed. Below the bottom is the bottom."""
    machine, symbols = files.top["machine"], symbols_of(files)
    below: list[list[set[int]]] = [[{0}, *(set() for _ in range(1, machine["letters"]))] for _ in proof["letters"]]
    for node, each in zip(proof["nodes"], met, strict=True):
        for tops, symbol in [(tops, symbol) for tops in each for symbol in range(symbols)]:
            actions = machine["actions"][node["state"]][column(machine, symbols, symbol, tops)]
            for letter, action, stack in zip(tops, actions, below, strict=True):
                if action > 1:
                    stack[action - 1].add(letter)
    return below
