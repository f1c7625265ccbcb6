"""The `stack-rnn` cell: a tanh RNN with stacks (Joulin & Mikolov 2015). It reads their tops, and pushes, pops or keeps them.

`StackCell` is what cells with stacks have in common, whatever the controller.

An action is a mixture of the three, set by two gates in [0, 1]. With push gate a and pop gate p, a stack s becomes
a·(value on top of s) + (1 − a)·(p·(s without its top) + (1 − p)·s). Two gates reach every mixture that a softmax over the three
actions reaches. Entries below the bottom of a stack are zeros.
"""

import abc
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from anylength.base import Tensor, pytree
from anylength.cells.cell import HARD_ACTION_FACTOR, NamedCell
from anylength.cells.names import CELL_PREFIX, READOUT
from anylength.cells.traced import shapes_of
from anylength.ops import Ops

if TYPE_CHECKING:
    from anylength.programs import Program


class StackCell(NamedCell):
    """A controller with K stacks of M-vectors. The state is the controller's S numbers, h first, then each stack from its top down.

    Attributes:
        weight_action: `[2·K, H]`, for each stack the push gate, then the pop gate.
        bias_action: `[2·K]`.
        weight_push: `[K·M, H]`, for the values to push.
        bias_push: `[K·M]`.
        depth: Entries of each stack. With one entry per step it never overflows; training uses 16, for words of up to 10 digits.
    """

    has_fixed_size_state: ClassVar[bool] = False
    STACKS: ClassVar[int] = 2
    """K where a recipe names none. `count-natural` returns a number in the order in which it reads it: that takes two stacks."""
    WIDTH: ClassVar[int] = 8
    """M where a recipe names none, entries of a vector on a stack. Wider vectors hold more of a digit, at linear cost."""

    weight_action: Tensor
    bias_action: Tensor
    weight_push: Tensor
    bias_push: Tensor
    depth: int

    @property
    def controller_size(self) -> int:
        """S, the numbers of the controller's state."""
        return self.hidden

    @abc.abstractmethod
    def controller_step(self, ops: Ops, symbol: Any, tops: Any, state: Any) -> Any:
        """The controller's next state `[S, B]`, from the symbol `[E, B]`, the tops `[K·M, B]` and its state."""

    @property
    def stacks(self) -> int:
        """K."""
        return self.bias_action.shape[-1] // 2

    @property
    def width(self) -> int:
        """M."""
        return self.bias_push.shape[-1] // self.stacks

    @property
    def state_size(self) -> int:
        """D = S + K·M·depth."""
        return self.controller_size + self.stacks * self.width * self.depth

    def with_depth_for(self, steps: int) -> Self:
        """The same cell with stacks that do not overflow within `steps` steps."""
        cell: Any = self
        return dataclasses.replace(cell, depth=steps)

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one of the same cell with stacks of one more entry."""
        size, first = self.width * self.depth, self.controller_size
        room = state[first : first + self.width] * 0.0
        stacks = [state[first + k * size : first + (k + 1) * size] for k in range(self.stacks)]
        return ops.concatenate([state[:first], *(part for stack in stacks for part in (stack, room))])

    def with_action_factor(self, factor: Any) -> Self:
        """The same cell with the pre-activations of its actions multiplied by `factor`. A large factor makes every action hard."""
        cell: Any = self
        return dataclasses.replace(cell, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> Self:
        """Stacks that do not overflow within `steps` steps, and hard actions."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """The controller's step from the K tops; then h' acts on each stack."""
        width, size, first = self.width, self.width * self.depth, self.controller_size
        tops = [state[first + k * size : first + k * size + width] for k in range(self.stacks)]
        controller, values = self.controlled(ops, symbol, ops.concatenate(tops), state[:first])
        gates = ops.sigmoid(ops.matmul(self.weight_action, controller[: self.hidden]) + self.bias_action[:, None])
        stacks = []
        for k in range(self.stacks):
            stack = state[first + k * size : first + (k + 1) * size]
            pushed = ops.concatenate([values[k * width : (k + 1) * width], stack[: size - width]])
            popped = ops.concatenate([stack[width:], stack[:width] * 0.0])
            not_pushed = ops.lerp(gates[2 * k + 1 : 2 * k + 2], stack, popped)
            stacks.append(ops.lerp(gates[2 * k : 2 * k + 1], not_pushed, pushed))
        return ops.concatenate([controller, *stacks])

    def controlled(self, ops: Ops, symbol: Any, tops: Any, state: Any) -> tuple[Any, Any]:
        """The controller's next state `[S, B]`, and what may be pushed, tanh(W_push h' + b_push) `[K·M, B]`."""
        after = self.controller_step(ops, symbol, tops, state)
        return after, ops.tanh(ops.matmul(self.weight_push, after[: self.hidden]) + self.bias_push[:, None])

    def controller_program(self, classes: int) -> "Program":
        """The step of the controller alone, as proofs read it: see `programs.Memory`."""
        return controller_program(type(self), shapes_of(self.tensors), classes)

    @classmethod
    def shapes(cls, encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:  # type: ignore[override]
        """The shapes of the required tensors, with the default K and M."""
        return cls.shapes_with(encoded, hidden, cls.STACKS, cls.WIDTH)

    @classmethod
    def shapes_found(cls, found: Mapping[str, Tensor], encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The same with the K and the M of these tensors."""
        stacks = max(1, len(found.get("bias_action", ())) // 2)
        width = max(1, len(found.get("bias_push", ())) // stacks)
        return cls.shapes_with(encoded, hidden, stacks, width)

    @classmethod
    @abc.abstractmethod
    def shapes_with(cls, encoded: int, hidden: int, stacks: int, width: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the required tensors, for K stacks of M-vectors."""


def shapes_of_stacks(hidden: int, stacks: int, width: int) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors of gates and of pushed vectors."""
    rows = stacks * width
    return {
        "weight_action": (2 * stacks, hidden), "bias_action": (2 * stacks,), "weight_push": (rows, hidden), "bias_push": (rows,),
    }  # fmt: skip


@pytree
@dataclass(frozen=True)
class StackRnn(StackCell):
    """A tanh RNN with K stacks of M-vectors.

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        weight_top: `[H, K·M]`, weights of the K tops.
    """

    summary: ClassVar[str] = "tanh RNN with stacks (Joulin & Mikolov 2015)"

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    weight_top: Tensor
    weight_action: Tensor
    bias_action: Tensor
    weight_push: Tensor
    bias_push: Tensor
    depth: int = field(default=16, metadata={"static": True})

    def controller_step(self, ops: Ops, symbol: Any, tops: Any, state: Any) -> Any:
        """h' = tanh(W_ih x + b + W_hh h + W_top·tops)."""
        recurrent = ops.matmul(self.weight_hh, state) + ops.matmul(self.weight_top, tops)
        return ops.tanh(self.input_term(ops, symbol) + recurrent)

    @classmethod
    def shapes_with(cls, encoded: int, hidden: int, stacks: int, width: int) -> dict[str, tuple[int, ...]]:
        """Of eight tensors."""
        square, top = {"weight_hh": (hidden, hidden), "bias": (hidden,)}, {"weight_top": (hidden, stacks * width)}
        return {"weight_ih": (hidden, encoded)} | square | top | shapes_of_stacks(hidden, stacks, width)


@lru_cache(maxsize=64)
def controller_program(kind: type[StackCell], shapes: tuple[tuple[str, tuple[int, ...]], ...], classes: int) -> "Program":
    """The program whose symbol is the encoded symbol and the tops, and whose state is the controller's and the values to push."""
    from anylength.programs import Memory, Tracer, assemble

    named = {CELL_PREFIX + name: shape for name, shape in shapes}

    def traced_cell(tracer: Tracer) -> Any:
        return kind(**{name: tracer.weight(CELL_PREFIX + name) for name, _ in shapes})  # type: ignore[arg-type]

    like = traced_cell(Tracer(named, {}))
    size, rows, encoded, hidden = like.controller_size, like.stacks * like.width, like.encoded, like.hidden
    step, answer = (Tracer(named, {"symbol": encoded + rows, "state": size + rows}) for _ in range(2))
    cell, symbol, state = traced_cell(step), step.symbol(), step.state()
    new = step.concatenate(cell.controlled(step, symbol[:encoded], symbol[encoded:], state[:size]))
    weight, bias = READOUT
    return assemble(
        new_state=new, features=answer.state()[:hidden], weight=weight, bias=bias, encoded=encoded + rows,
        shapes=named | {weight: (classes, hidden), bias: (classes,)},
        memory=Memory(CELL_PREFIX + "weight_action", CELL_PREFIX + "bias_action", like.stacks, like.width),
    )  # fmt: skip
