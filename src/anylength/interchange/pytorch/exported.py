"""The graph of a step: `torch.export` traces it to core ATen, but for operations that a step program has as one operation."""

import contextlib
import inspect
import io
import logging
import types
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from anylength.base import InputError
from anylength.interchange.pytorch.alphabet import InputForm
from anylength.interchange.pytorch.call import MAX_MESSAGE, StepCall
from anylength.interchange.pytorch.results import logits_in
from anylength.interchange.pytorch.source_places import place_of, place_of_error

KEPT = (
    "softplus.default", "silu.default", "log_sigmoid_forward.default", "elu.default", "celu.default", "prelu.default",
    "lerp.Tensor", "lerp.Scalar", "logaddexp.default",
)  # fmt: skip
"""Operations that are not taken apart: their parts have wider ranges, or conditions on the state."""


SHAPING = (
    "view",
    "_unsafe_view",
    "reshape",
    "unsqueeze",
    "squeeze",
    "permute",
    "transpose",
    "expand",
    "clone",
    "alias",
    "select",
    "slice",
)
"""Operations that keep the entries of what they take."""


@dataclass(frozen=True)
class Exported:
    """The graph of a step for one example.

    Attributes:
        nodes: Its operations in order.
        known: The tensors behind its other inputs, by the name of the node.
        state: The nodes of the old state's tensors.
        symbol: The node of x.
        new_state: The nodes of the new state's tensors.
        logits: The node of the logits.
    """

    nodes: tuple[Any, ...]
    known: Mapping[str, Any]
    state: tuple[Any, ...]
    symbol: Any
    new_state: tuple[Any, ...]
    logits: Any


def export(call: StepCall) -> Exported:
    """Traces a step.

    Raises:
        InputError: The step's control flow depends on its data, or it cannot be traced for another reason.
    """
    import torch

    try:
        with silence():
            module = _as_module(call.step)
            traced = torch.export.export(module, (call.fresh_state(), call.form.one(0)), strict=False)
            decomposed = traced.run_decompositions(_decompositions())
    except Exception as error:  # torch.export has errors of many kinds
        raise _refusal(error) from error
    return _read(decomposed)


def _as_module(step: Any) -> Any:
    """A module whose forward is the step."""
    import torch

    class Step(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.step = with_traced_name(step)

        def forward(self, state: Any, x: Any) -> Any:
            new_state, result = self.step(state, x)
            return new_state, logits_in(result)

    return Step().eval()


def with_traced_name(step: Any) -> Any:
    """A function under the name `forward`: PyTorch keeps the lines of functions of this name for each operation, of no others."""
    if inspect.ismethod(step):
        return types.MethodType(with_traced_name(step.__func__), step.__self__)
    if not inspect.isfunction(step):
        return step
    code = step.__code__.replace(co_name="forward")
    copy = types.FunctionType(code, step.__globals__, step.__name__, step.__defaults__, step.__closure__)
    copy.__kwdefaults__ = step.__kwdefaults__
    return copy


def _decompositions() -> Any:
    """PyTorch's own table, without the operations that are kept."""
    import torch

    table = torch.export.default_decompositions()
    for name in KEPT:
        packet, overload = name.split(".")
        operation = getattr(getattr(torch.ops.aten, packet, None), overload, None)
        if operation is not None and operation in table:
            table.pop(operation)
    return table


def _refusal(error: Exception) -> InputError:
    """The one line for an error of `torch.export`."""
    place = place_of_error(error.__traceback__)
    where = f" at {place}" if place else ""
    message = str(error).strip()
    if "DataDependent" in type(error).__name__ or "ata-dependent" in message or "unbacked" in message:
        remedy = "write it with torch.where, torch.maximum or a product with a gate"
        return InputError(
            "a step without control flow that depends on its data", f"a branch or a number taken from a tensor{where}", remedy
        )
    first = f"{type(error).__name__}: {(message.splitlines() or [''])[0]}"[:MAX_MESSAGE]
    return InputError("a step that torch.export can trace", f"{first}{where}", "write it with operations on tensors alone")


def _read(program: Any) -> Exported:
    """The parts of an exported program.

    Raises:
        InputError: The step changes a buffer.
    """
    signature, nodes = program.graph_signature, tuple(program.graph.nodes)
    by_name = {node.name: node for node in nodes}
    known, inputs = {}, []
    for spec in signature.input_specs:
        kind, name = spec.kind.name, spec.arg.name
        if kind == "USER_INPUT":
            inputs.append(by_name[name])
        elif kind != "TOKEN":  # a token only orders checks that have no result
            known[name] = program.state_dict.get(spec.target, program.constants.get(spec.target))
    outputs = [spec for spec in signature.output_specs if spec.kind.name == "USER_OUTPUT"]
    changed = [spec.target for spec in signature.output_specs if spec.kind.name == "BUFFER_MUTATION"]
    if changed:
        remedy = "take the state as an argument and return the new one"
        raise InputError("a step that keeps its state in its arguments", f"a step that changes {changed[0]}", remedy)
    results = [by_name[spec.arg.name] for spec in outputs]
    return Exported(nodes, known, tuple(inputs[:-1]), inputs[-1], tuple(results[:-1]), results[-1])


def other_rows(graph: Exported, form: InputForm) -> tuple[int, ...] | None:
    """The token of each symbol, where an embedding has a row for padding; None where token numbers are the symbols', or are given.

    Raises:
        InputError: An embedding has another number of rows than there are symbols, and does not say which is which.
    """
    for node in graph.nodes if form.kind == "tokens" and form.rows is None else ():
        if str(node.target) == "aten.embedding.default" and _moved_from(node.args[1]) is graph.symbol:
            count, padding = node.args[0].meta["val"].shape[0], node.args[2] if len(node.args) > 2 else -1
            if count == form.tokens + 1 and padding >= 0:
                return tuple(row for row in range(count) if row != padding)
            if count != form.tokens:
                got, place = f"one of {count} rows", place_of(node.stack_trace)
                remedy = "say which row is which: inputs=[…] with the row of each symbol, or padding_idx= in the embedding"
                raise InputError(f"an embedding of {form.tokens} rows, the symbols", f"{got} at {place}" if place else got, remedy)
    return None


def _moved_from(node: Any) -> Any:
    """The node whose entries a node holds, in another shape."""
    while node.op == "call_function" and str(node.target).split(".")[1] in SHAPING:
        node = node.args[0]
    return node


@contextlib.contextmanager
def silence() -> Iterator[None]:
    """Keeps PyTorch's warnings, log and prints off the terminal: the error says what matters."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
