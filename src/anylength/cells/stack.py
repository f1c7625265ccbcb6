"""The `stack-rnn` cell: a tanh RNN with stacks (Joulin & Mikolov 2015), which it reads at the top and pushes, pops or leaves alone.

An action is a mixture of the three: with a in [0, 1] the share of pushing and p in [0, 1] the share of popping in what is left,
a stack s becomes a·(value on top of s) + (1 − a)·(p·(s without its top) + (1 − p)·s). Two gates reach every mixture that a
softmax over the three reaches. Below the last entry there is nothing: zeros.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anylength._types import Tensor
from anylength.cells.cell import HARD_ACTION_FACTOR, AbstractCell
from anylength.ops import Ops
from anylength.pytrees import pytree


@pytree
@dataclass(frozen=True)
class StackRnn(AbstractCell):
    """A tanh RNN with `STACKS` stacks of vectors. The state is h, then one stack after the other, each from the top down.

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        weight_top: `[H, K·M]`, from the K tops.
        weight_action: `[2·K, H]`, for each stack push or not, then pop or stay.
        bias_action: `[2·K]`.
        weight_push: `[K·M, H]`, what would be pushed.
        bias_push: `[K·M]`.
        depth: Entries of each stack; as many as there are steps lose nothing.
    """

    summary: ClassVar[str] = "tanh RNN with two stacks (Joulin & Mikolov 2015)"
    has_fixed_size_state: ClassVar[bool] = False
    STACKS: ClassVar[int] = 2
    WIDTH: ClassVar[int] = 8

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
        """The same cell with stacks that nothing falls out of in so many steps."""
        return dataclasses.replace(self, depth=steps)

    def with_action_factor(self, factor: Any) -> "StackRnn":
        """The same cell with its actions' drives multiplied: a large factor makes every action hard."""
        return dataclasses.replace(self, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> "StackRnn":
        """Deep enough for so many steps, its actions hard."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """W_hh h + W_top tops `[H, B]`, then the stacks."""
        size, hidden = self.WIDTH * self.depth, self.hidden
        tops = [state[hidden + k * size : hidden + k * size + self.WIDTH] for k in range(self.STACKS)]
        input_term = ops.matmul(self.weight_hh, state[:hidden]) + ops.matmul(self.weight_top, ops.concatenate(tops))
        return ops.concatenate([input_term, state[hidden:]])

    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """h' = tanh(W_ih x + b + message); then h' acts on each stack."""
        size, hidden = self.WIDTH * self.depth, self.hidden
        after = ops.tanh(self.input_term(ops, symbol) + recurrent_term[:hidden])
        input_term = ops.matmul(self.weight_action, after) + self.bias_action[:, None]
        actions = ops.sigmoid(input_term)
        values = ops.tanh(ops.matmul(self.weight_push, after) + self.bias_push[:, None])
        stacks = []
        for k in range(self.STACKS):
            stack = recurrent_term[hidden + k * size : hidden + (k + 1) * size]
            pushed = ops.concatenate([values[k * self.WIDTH : (k + 1) * self.WIDTH], stack[: size - self.WIDTH]])
            popped = ops.concatenate([stack[self.WIDTH :], stack[: self.WIDTH] * 0.0])
            kept = ops.lerp(actions[2 * k + 1 : 2 * k + 2], stack, popped)
            stacks.append(ops.lerp(actions[2 * k : 2 * k + 1], kept, pushed))
        return ops.concatenate([after, *stacks])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the eight tensors."""
        stacks, rows = StackRnn.STACKS, StackRnn.STACKS * StackRnn.WIDTH
        return {
            "weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,), "weight_top": (hidden, rows),
            "weight_action": (2 * stacks, hidden), "bias_action": (2 * stacks,),
            "weight_push": (rows, hidden), "bias_push": (rows,),
        }  # fmt: skip
