"""The `tape-rnn` cell: a tanh RNN with a tape under a head that moves (as in Delétang et al. 2023, without their jumps).

At each step the new h overwrites what is under the head, by a share w in [0, 1], and moves the head: by a share v at all, of that
by a share r to the right. The tape is a ring of zeros at first; the state holds it as the head sees it, from the head to the right.
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
class TapeRnn(AbstractCell):
    """A tanh RNN with one tape of vectors. The state is h, then the tape.

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        weight_head: `[H, M]`, from what is under the head.
        weight_action: `[3, H]`: write or not, move or stay, right or left.
        bias_action: `[3]`.
        weight_write: `[M, H]`, what would be written.
        bias_write: `[M]`.
        depth: Places on the tape; two for every step and one more lose nothing.
    """

    summary: ClassVar[str] = "tanh RNN with a tape whose head moves both ways"
    has_fixed_size_state: ClassVar[bool] = False
    WIDTH: ClassVar[int] = 8

    weight_ih: Tensor
    weight_hh: Tensor
    bias: Tensor
    weight_head: Tensor
    weight_action: Tensor
    bias_action: Tensor
    weight_write: Tensor
    bias_write: Tensor
    depth: int = field(default=33, metadata={"static": True})

    @property
    def state_size(self) -> int:
        """D = H + M·depth."""
        return self.hidden + self.WIDTH * self.depth

    def with_depth_for(self, steps: int) -> "TapeRnn":
        """The same cell with a tape that does not close upon itself in so many steps."""
        return dataclasses.replace(self, depth=2 * steps + 1)

    def with_action_factor(self, factor: Any) -> "TapeRnn":
        """The same cell with its actions' drives multiplied: a large factor makes every action hard."""
        return dataclasses.replace(self, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> "TapeRnn":
        """Deep enough for so many steps, its actions hard."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def recurrent_term(self, ops: Ops, state: Any) -> Any:
        """W_hh h + W_head (what is under the head) `[H, B]`, then the tape."""
        under = state[self.hidden : self.hidden + self.WIDTH]
        input_term = ops.matmul(self.weight_hh, state[: self.hidden]) + ops.matmul(self.weight_head, under)
        return ops.concatenate([input_term, state[self.hidden :]])

    def update(self, ops: Ops, symbol: Any, recurrent_term: Any) -> Any:
        """h' = tanh(W_ih x + b + message); then h' writes, then it moves."""
        hidden, width = self.hidden, self.WIDTH
        after = ops.tanh(self.input_term(ops, symbol) + recurrent_term[:hidden])
        action = ops.sigmoid(ops.matmul(self.weight_action, after) + self.bias_action[:, None])
        value = ops.tanh(ops.matmul(self.weight_write, after) + self.bias_write[:, None])
        under = ops.lerp(action[:1], recurrent_term[hidden : hidden + width], value)
        tape = ops.concatenate([under, recurrent_term[hidden + width :]])
        right = ops.concatenate([tape[width:], tape[:width]])
        left = ops.concatenate([tape[-width:], tape[:-width]])
        moved = ops.lerp(action[2:], left, right)
        return ops.concatenate([after, ops.lerp(action[1:2], tape, moved)])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the eight tensors."""
        width = TapeRnn.WIDTH
        return {
            "weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,), "weight_head": (hidden, width),
            "weight_action": (3, hidden), "bias_action": (3,), "weight_write": (width, hidden), "bias_write": (width,),
        }  # fmt: skip
