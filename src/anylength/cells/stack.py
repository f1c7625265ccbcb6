"""The `stack-rnn` cell: a tanh RNN with stacks (Joulin & Mikolov 2015). It reads their tops, and pushes, pops or keeps them.

An action is a mixture of the three, set by two gates in [0, 1]. With push gate a and pop gate p, a stack s becomes
a·(value on top of s) + (1 − a)·(p·(s without its top) + (1 − p)·s). Two gates reach every mixture that a softmax over the three
actions reaches. Entries below the bottom of a stack are zeros.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import HARD_ACTION_FACTOR, NamedCell
from anylength.cells.names import CELL_PREFIX, READOUT
from anylength.cells.traced import shapes_of
from anylength.ops import Ops
from anylength.pytrees import pytree

if TYPE_CHECKING:
    from anylength.programs import Program


@pytree
@dataclass(frozen=True)
class StackRnn(NamedCell):
    """A tanh RNN with K stacks of M-vectors. The state is h, then each stack from its top down.

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        weight_top: `[H, K·M]`, weights of the K tops.
        weight_action: `[2·K, H]`, for each stack the push gate, then the pop gate.
        bias_action: `[2·K]`.
        weight_push: `[K·M, H]`, for the values to push.
        bias_push: `[K·M]`.
        depth: Entries of each stack. With one entry per step it never overflows; training uses 16, for words of up to 10 digits.
    """

    summary: ClassVar[str] = "tanh RNN with stacks (Joulin & Mikolov 2015)"
    has_fixed_size_state: ClassVar[bool] = False
    STACKS: ClassVar[int] = 2
    """K where a recipe names none. `count-natural` returns a number in the order in which it reads it: that takes two stacks."""
    WIDTH: ClassVar[int] = 8
    """M where a recipe names none, entries of a vector on a stack. Wider vectors hold more of a digit, at linear cost."""

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    weight_top: Tensor
    weight_action: Tensor
    bias_action: Tensor
    weight_push: Tensor
    bias_push: Tensor
    depth: int = field(default=16, metadata={"static": True})

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
        """D = H + K·M·depth."""
        return self.hidden + self.stacks * self.width * self.depth

    def with_depth_for(self, steps: int) -> "StackRnn":
        """The same cell with stacks that do not overflow within `steps` steps."""
        return dataclasses.replace(self, depth=steps)

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one of the same cell with stacks of one more entry."""
        size, hidden = self.width * self.depth, self.hidden
        room = state[hidden : hidden + self.width] * 0.0
        stacks = [state[hidden + k * size : hidden + (k + 1) * size] for k in range(self.stacks)]
        return ops.concatenate([state[:hidden], *(part for stack in stacks for part in (stack, room))])

    def with_action_factor(self, factor: Any) -> "StackRnn":
        """The same cell with the pre-activations of its actions multiplied by `factor`. A large factor makes every action hard."""
        return dataclasses.replace(self, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> "StackRnn":
        """Stacks that do not overflow within `steps` steps, and hard actions."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """The controller's step from the K tops; then h' acts on each stack."""
        width, size, hidden = self.width, self.width * self.depth, self.hidden
        tops = [state[hidden + k * size : hidden + k * size + width] for k in range(self.stacks)]
        hidden_state, values = self.controlled(ops, symbol, ops.concatenate(tops), state[:hidden])
        gates = ops.sigmoid(ops.matmul(self.weight_action, hidden_state) + self.bias_action[:, None])
        stacks = []
        for k in range(self.stacks):
            stack = state[hidden + k * size : hidden + (k + 1) * size]
            pushed = ops.concatenate([values[k * width : (k + 1) * width], stack[: size - width]])
            popped = ops.concatenate([stack[width:], stack[:width] * 0.0])
            not_pushed = ops.lerp(gates[2 * k + 1 : 2 * k + 2], stack, popped)
            stacks.append(ops.lerp(gates[2 * k : 2 * k + 1], not_pushed, pushed))
        return ops.concatenate([hidden_state, *stacks])

    def controlled(self, ops: Ops, symbol: Any, tops: Any, hidden_state: Any) -> tuple[Any, Any]:
        """h' = tanh(W_ih x + b + W_hh h + W_top·tops) `[H, B]`, and what may be pushed, tanh(W_push h' + b_push) `[K·M, B]`."""
        recurrent = ops.matmul(self.weight_hh, hidden_state) + ops.matmul(self.weight_top, tops)
        after = ops.tanh(self.input_term(ops, symbol) + recurrent)
        return after, ops.tanh(ops.matmul(self.weight_push, after) + self.bias_push[:, None])

    def controller_program(self, classes: int) -> "Program":
        """The step of the controller alone, as proofs read it: see `programs.Memory`."""
        return controller_program(self.stacks, self.width, shapes_of(self.tensors), self.weight_ih.shape[-1], classes)

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the eight required tensors, with the default K and M."""
        return _shapes(encoded, hidden, StackRnn.STACKS, StackRnn.WIDTH)

    @classmethod
    def shapes_found(cls, found: Mapping[str, Tensor], encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The same with the K and the M of these tensors."""
        stacks = max(1, len(found.get("bias_action", ())) // 2)
        width = max(1, len(found.get("bias_push", ())) // stacks)
        return _shapes(encoded, hidden, stacks, width)


def _shapes(encoded: int, hidden: int, stacks: int, width: int) -> dict[str, tuple[int, ...]]:
    return {
        "weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,), "weight_top": (hidden, stacks * width),
        "weight_action": (2 * stacks, hidden), "bias_action": (2 * stacks,),
        "weight_push": (stacks * width, hidden), "bias_push": (stacks * width,),
    }  # fmt: skip


@lru_cache(maxsize=64)
def controller_program(
    stacks: int, width: int, shapes: tuple[tuple[str, tuple[int, ...]], ...], encoded: int, classes: int
) -> "Program":
    """The program whose symbol is the encoded symbol and the tops, and whose state is h and the values to push."""
    from anylength.programs import Memory, Tracer, assemble

    named = {CELL_PREFIX + name: shape for name, shape in shapes}
    hidden, rows = dict(shapes)["weight_hh"][0], stacks * width
    step, answer = (Tracer(named, {"symbol": encoded + rows, "state": hidden + rows}) for _ in range(2))
    cell: Any = StackRnn(**{name: step.weight(CELL_PREFIX + name) for name, _ in shapes})  # type: ignore[arg-type]
    symbol, state = step.symbol(), step.state()
    new = step.concatenate(cell.controlled(step, symbol[:encoded], symbol[encoded:], state[:hidden]))
    weight, bias = READOUT
    return assemble(
        new_state=new, features=answer.state()[:hidden], weight=weight, bias=bias, encoded=encoded + rows,
        shapes=named | {weight: (classes, hidden), bias: (classes,)},
        memory=Memory(CELL_PREFIX + "weight_action", CELL_PREFIX + "bias_action", stacks, width),
    )  # fmt: skip
