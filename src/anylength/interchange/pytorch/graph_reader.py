"""Reads the graph of a step, operation by operation, into the instructions of a program.

Three kinds of values occur. Numbers that depend on no input are computed in PyTorch. What depends on the state follows the rules
for its operations. What depends on the symbol alone follows the same rules where they exist; otherwise PyTorch computes it once for
each symbol, and its table becomes a tensor.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from anylength.base import InputError
from anylength.interchange.flat_values import Flat, FlatArithmetic, flat
from anylength.interchange.heads import ONE_LOGIT, ONE_SHARE, Head
from anylength.interchange.pytorch.alphabet import InputForm
from anylength.interchange.pytorch.choice_rules import CHOICES
from anylength.interchange.pytorch.elementwise_rules import ELEMENTWISE, Rule
from anylength.interchange.pytorch.exported import Exported
from anylength.interchange.pytorch.known import Known, Names
from anylength.interchange.pytorch.moves import MOVES, move
from anylength.interchange.pytorch.operands import Scope
from anylength.interchange.pytorch.per_symbol import PerSymbol
from anylength.interchange.pytorch.product_rules import PRODUCTS
from anylength.interchange.pytorch.reduction_rules import REDUCTIONS
from anylength.interchange.pytorch.source_places import place_of

RULES: Mapping[str, Rule] = {**ELEMENTWISE, **CHOICES, **PRODUCTS, **REDUCTIONS}
"""The rules by the name of the operation."""

LIKE = ("zeros_like", "ones_like", "full_like", "new_zeros", "new_ones", "new_full")
"""Operations that read the shape of their argument alone."""

EMPTY = ("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided", "empty_permuted")
"""Operations whose results are no numbers yet. They count as NaN, which no tensor of a program may hold."""

UNKNOWN = "it is no operation of a step program"

REMEDY = "write it with the operations that docs/reference/pytorch-operations.md lists"


class GraphReader:
    """The values of a graph's nodes, as instructions of one traced step.

    Args:
        graph: The graph.
        form: The symbols as the step takes them.
        arithmetic: The operations of the traced step.
        names: The names of parameters.
    """

    def __init__(self, graph: Exported, form: InputForm, arithmetic: FlatArithmetic, names: Names) -> None:
        self._graph, self._arithmetic, self._names = graph, arithmetic, names
        self._scope = Scope(arithmetic, names)
        self._known: dict[Any, Any] = {}
        self._values: dict[Any, Any] = {}
        self._on_symbol_alone: set[Any] = {graph.symbol}
        self._tables = PerSymbol(form, graph.symbol, self._known)
        self._read_inputs(form)

    def results(self) -> tuple[list[Flat], Flat, Head | None]:
        """The arrays of the new state, the logits, and the head of a step that returns one number (its logits: 0 and that number).

        Raises:
            InputError: A step program does not have an operation.
        """
        logits, one = without_softmax(self._graph.logits), None
        if self._graph.logits.meta["val"].numel() == 1:
            logits, one = without_sigmoid(self._graph.logits)
        needed = _needed({*self._graph.new_state, logits})
        for node in self._graph.nodes:
            if node.op == "call_function" and node in needed:
                self._read(node)
        result = self._result(logits).reshape((-1,))
        if one is not None:
            result = self._arithmetic.concatenate([self._arithmetic.known(np.zeros(1, np.float32)), result], 0)
        return [self._result(node) for node in self._graph.new_state], result, one

    def _read_inputs(self, form: InputForm) -> None:
        for node in self._graph.nodes:
            if node.op == "placeholder" and node.name in self._graph.known:
                tensor = self._graph.known[node.name]
                self._known[node] = Known(tensor, self._names.of_input(tensor, node.name))
        first, state = 0, self._arithmetic.tracer.state()
        for node in self._graph.state:
            shape = tuple(node.meta["val"].shape)
            size = node.meta["val"].numel()
            self._values[node] = flat(state)[first : first + size].reshape(shape)
            first += size
        if form.kind == "one-hot":
            self._values[self._graph.symbol] = flat(self._arithmetic.tracer.symbol(), self._graph.symbol.meta["val"].shape)

    def _read(self, node: Any) -> None:
        """Reads one operation.

        Raises:
            InputError: A step program does not have it.
        """
        name = operation_name(node)
        inputs = node.all_input_nodes
        if name in LIKE or name in EMPTY or all(other in self._known for other in inputs):
            self._known[node] = self._computed(node, name)
            return
        if _is_random(node):
            raise self._refusal(node, name, ValueError(RANDOM))
        alone = all(other in self._known or other in self._on_symbol_alone for other in inputs)
        if alone:
            self._on_symbol_alone.add(node)
        try:
            self._values[node] = self._by_rule(node, name)
        except InputError:
            raise
        except Exception as error:  # an operation may have arguments that its rule does not know
            if not alone:
                raise self._refusal(node, name, error) from error

    def _computed(self, node: Any, name: str) -> Any:
        """An operation on numbers that depend on no input.

        Raises:
            InputError: Its result is random.
        """
        import torch

        if _is_random(node):
            raise self._refusal(node, name, ValueError(RANDOM))
        value = node.meta.get("val")
        if name in EMPTY:
            return Known(torch.full(value.shape, torch.nan))
        if name in LIKE:
            tensor = node.target(torch.empty(value.shape, dtype=value.dtype), *node.args[1:], **node.kwargs)
            return Known(tensor)
        from torch.fx.node import map_arg

        with torch.no_grad():
            arguments, keywords = map_arg((node.args, node.kwargs), lambda other: _plain(self._known[other]))
            result = node.target(*arguments, **keywords)
        names = [self._known[other].name for other in node.all_input_nodes if isinstance(self._known[other], Known)]
        hint = next((name for name in names if name), "")
        return _wrapped(result, f"{hint}.{name}" if hint and name not in MOVES | {"getitem"} else hint)

    def _by_rule(self, node: Any, name: str) -> Any:
        """An operation on values by its rule.

        Raises:
            ValueError: There is none, or it does not fit.
        """
        from torch.fx.node import map_arg

        _require_real(node)
        if name not in RULES and name not in MOVES:
            raise ValueError(UNKNOWN)
        _require_float32(node)
        whole_numbers = [other for other in node.all_input_nodes if self._has_whole_numbers(other)]
        if node in self._on_symbol_alone and (whole_numbers or self._has_whole_numbers(node)):
            raise ValueError("whole numbers, which are computed for each symbol")
        arguments, keywords = map_arg((node.args, node.kwargs), self._argument)
        if name == "where" and whole_numbers == [node.args[0]]:
            return self._arithmetic.blend(arguments[0], *(self._scope.operand(arguments[at]) for at in (2, 1)))
        if name == "where" and not isinstance(arguments[0], Known):
            return RULES[name](self._scope, *arguments, **keywords)
        if name in MOVES and whole_numbers:
            raise ValueError("an index that depends on the symbol, into the state")
        if name in MOVES:
            return move(self._arithmetic, node.target, arguments, keywords)
        return RULES[name](self._scope, *arguments, **keywords)

    def _has_whole_numbers(self, node: Any) -> bool:
        """Whether a node depends on the symbol alone and holds integers or truth values."""
        return node in self._on_symbol_alone and not all(dtype.is_floating_point for dtype in _types(node))

    def _argument(self, node: Any) -> Any:
        """The value of a node as a rule takes it."""
        if node in self._known:
            return self._known[node]
        if node not in self._values:
            self._values[node] = self._tables.table(self._arithmetic, self._names, node)
        return self._values[node]

    def _result(self, node: Any) -> Flat:
        """A result of the step.

        Raises:
            InputError: It is no array of numbers.
        """
        try:
            return self._scope.array(self._argument(node))
        except InputError:
            raise
        except Exception as error:  # the symbol's part of a step may fail in PyTorch
            raise self._refusal(node, operation_name(node), error) from error

    def _refusal(self, node: Any, name: str, error: Exception) -> InputError:
        """The error that names an operation and its place in the user's source."""
        place = place_of(node.meta.get("stack_trace"))
        reason = "" if str(error) == UNKNOWN else f": {error}"
        return InputError("operations of a step program", f"{name}{f' at {place}' if place else ''}{reason}", REMEDY)


def operation_name(node: Any) -> str:
    """The name of a node's operation without its overload."""
    packet = getattr(node.target, "overloadpacket", None)
    return packet.__name__ if packet is not None else getattr(node.target, "__name__", str(node.target))


VIEWS = ("view", "squeeze", "unsqueeze", "clone", "alias", "reshape", "_unsafe_view", "select")
"""Operations that leave the one number of an array, or all numbers of a vector, as they are."""


def without_softmax(logits: Any) -> Any:
    """The logits before a softmax or its logarithm over all classes, which keeps their order if they lead by `SHARES_MARGIN`."""
    name = operation_name(logits)
    if name in ("_softmax", "_log_softmax", "softmax", "log_softmax"):
        shape = logits.meta["val"].shape
        return logits.args[0] if shape[logits.args[1]] == logits.meta["val"].numel() else logits
    if name in VIEWS and logits.args[0].meta["val"].numel() == logits.meta["val"].numel():
        inner = without_softmax(logits.args[0])
        return logits if inner is logits.args[0] else inner
    return logits


def without_sigmoid(number: Any) -> tuple[Any, Head]:
    """One number before a sigmoid, and the head that returns it."""
    inner = number
    while operation_name(inner) in VIEWS and inner.args[0].meta["val"].numel() == 1:
        inner = inner.args[0]
    return (inner.args[0], ONE_SHARE) if operation_name(inner) == "sigmoid" else (number, ONE_LOGIT)


def _needed(results: set[Any]) -> set[Any]:
    """The nodes that the results need."""
    needed, waiting = set(results), list(results)
    while waiting:
        for other in waiting.pop().all_input_nodes:
            if other not in needed:
                needed.add(other)
                waiting.append(other)
    return needed


def _types(node: Any) -> list[Any]:
    """The types of the numbers of a node's results."""
    value = node.meta.get("val")
    parts = value if isinstance(value, list | tuple) else [value]
    return [part.dtype for part in parts if hasattr(part, "dtype")]


RANDOM = "random numbers, as of dropout in training (torch.nn.functional.dropout needs training=self.training)"


def _is_random(node: Any) -> bool:
    """Whether an operation draws random numbers."""
    import torch

    return isinstance(node.target, torch._ops.OpOverload) and torch.Tag.nondeterministic_seeded in node.target.tags


def _require_real(node: Any) -> None:
    """Refuses complex numbers.

    Raises:
        ValueError: A result has them.
    """
    if any(dtype.is_complex for dtype in _types(node)):
        raise ValueError("complex numbers (a step program has float32 alone)")


def _require_float32(node: Any) -> None:
    """Refuses arithmetic in other numbers.

    Raises:
        ValueError: A result has another type than float32; conditions may be bool.
    """
    import torch

    for dtype in _types(node):
        if dtype not in (torch.float32, torch.bool):
            raise ValueError(f"numbers of {dtype} (a step program has float32 alone)")


def _plain(value: Any) -> Any:
    if isinstance(value, Known):
        return value.tensor
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _wrapped(result: Any, name: str) -> Any:
    import torch

    if isinstance(result, torch.Tensor):
        return Known(result, name)
    if isinstance(result, list | tuple):
        return [_wrapped(part, f"{name}.{number}" if name else "") for number, part in enumerate(result)]
    return result
