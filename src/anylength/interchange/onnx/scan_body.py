"""A step program as the body of an ONNX `Scan`: one step of a batch, `(state [B, D], x [B, E]) → (state [B, D], logits [B, C])`."""

from collections.abc import Callable
from typing import Any

from anylength.interchange.onnx.program_nodes import ProgramNodes
from anylength.programs import Program


def scan_body(program: Program, make_node: Callable[..., Any]) -> ProgramNodes:
    """The nodes of the body, from `state` and `x` to `new_state` and `step_logits`."""
    body = ProgramNodes(program, make_node, words="x")
    (state,) = body.values(program.step, {"symbol": "x", "state": "state"}, "step")
    body.add("Identity", [state], "new_state")
    body.logits("new_state", "step_logits")
    return body
