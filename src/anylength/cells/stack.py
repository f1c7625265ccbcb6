"""The `stack-rnn` cell: a tanh RNN with stacks (Joulin & Mikolov 2015). It reads their tops, and pushes, pops or keeps them.

An action is a mixture of the three, set by two gates in [0, 1]. With push gate a and pop gate p, a stack s becomes
a·(value on top of s) + (1 − a)·(p·(s without its top) + (1 − p)·s). Two gates reach every mixture that a softmax over the three
actions reaches. Entries below the bottom of a stack are zeros.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import HARD_ACTION_FACTOR, NamedCell
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class StackRnn(NamedCell):
    """A tanh RNN with K = `STACKS` stacks of M-vectors, M = `WIDTH`. The state is h, then each stack from its top down.

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

    summary: ClassVar[str] = "tanh RNN with two stacks (Joulin & Mikolov 2015)"
    has_fixed_size_state: ClassVar[bool] = False
    STACKS: ClassVar[int] = 2
    """K. `count-natural` reads a number and returns it in the same order, which takes two reversals and so two stacks."""
    WIDTH: ClassVar[int] = 8
    """M, entries of a vector on a stack. Wider vectors hold more of a digit, at linear cost."""

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
    def state_size(self) -> int:
        """D = H + K·M·depth."""
        return self.hidden + self.STACKS * self.WIDTH * self.depth

    def with_depth_for(self, steps: int) -> "StackRnn":
        """The same cell with stacks that do not overflow within `steps` steps."""
        return dataclasses.replace(self, depth=steps)

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one of the same cell with stacks of one more entry."""
        size, hidden = self.WIDTH * self.depth, self.hidden
        room = state[hidden : hidden + self.WIDTH] * 0.0
        stacks = [state[hidden + k * size : hidden + (k + 1) * size] for k in range(self.STACKS)]
        return ops.concatenate([state[:hidden], *(part for stack in stacks for part in (stack, room))])

    def with_action_factor(self, factor: Any) -> "StackRnn":
        """The same cell with the pre-activations of its actions multiplied by `factor`. A large factor makes every action hard."""
        return dataclasses.replace(self, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> "StackRnn":
        """Stacks that do not overflow within `steps` steps, and hard actions."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """h' = tanh(W_ih x + b + W_hh h + W_top·(the K tops)); then h' acts on each stack."""
        size, hidden = self.WIDTH * self.depth, self.hidden
        tops = [state[hidden + k * size : hidden + k * size + self.WIDTH] for k in range(self.STACKS)]
        recurrent = ops.matmul(self.weight_hh, state[:hidden]) + ops.matmul(self.weight_top, ops.concatenate(tops))
        hidden_state = ops.tanh(self.input_term(ops, symbol) + recurrent)
        gates = ops.sigmoid(ops.matmul(self.weight_action, hidden_state) + self.bias_action[:, None])
        values = ops.tanh(ops.matmul(self.weight_push, hidden_state) + self.bias_push[:, None])
        stacks = []
        for k in range(self.STACKS):
            stack = state[hidden + k * size : hidden + (k + 1) * size]
            pushed = ops.concatenate([values[k * self.WIDTH : (k + 1) * self.WIDTH], stack[: size - self.WIDTH]])
            popped = ops.concatenate([stack[self.WIDTH :], stack[: self.WIDTH] * 0.0])
            not_pushed = ops.lerp(gates[2 * k + 1 : 2 * k + 2], stack, popped)
            stacks.append(ops.lerp(gates[2 * k : 2 * k + 1], not_pushed, pushed))
        return ops.concatenate([hidden_state, *stacks])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the eight required tensors."""
        stacks, rows = StackRnn.STACKS, StackRnn.STACKS * StackRnn.WIDTH
        return {
            "weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,), "weight_top": (hidden, rows),
            "weight_action": (2 * stacks, hidden), "bias_action": (2 * stacks,),
            "weight_push": (rows, hidden), "bias_push": (rows,),
        }  # fmt: skip
