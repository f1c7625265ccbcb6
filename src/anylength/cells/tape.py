"""The `tape-rnn` cell: a tanh RNN with a tape and a moving head (as in Delétang et al. 2023, without their jumps).

Three gates in [0, 1] act at each step. The write gate w overwrites the entry under the head. The move gate v moves the head, and
the direction gate r sets how much of the move goes to the right. The tape is a ring and starts with zeros. The state holds it
relative to the head: the entry under the head first, then the entries to its right.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar

from anylength.base import Tensor, pytree
from anylength.cells.cell import HARD_ACTION_FACTOR, NamedCell
from anylength.ops import Ops


@pytree
@dataclass(frozen=True)
class TapeRnn(NamedCell):
    """A tanh RNN with one tape of M-vectors, M = `WIDTH`. The state is h, then the tape.

    Attributes:
        weight_ih: `[H, E]`.
        weight_hh: `[H, H]`.
        bias: `[H]`.
        weight_head: `[H, M]`, weights of the entry under the head.
        weight_action: `[3, H]`, for the write, move and direction gates.
        bias_action: `[3]`.
        weight_write: `[M, H]`, for the value to write.
        bias_write: `[M]`.
        depth: Entries of the tape. On 2T + 1 entries the head cannot go around the ring within T steps; training uses 33 (T = 16).
    """

    summary: ClassVar[str] = "tanh RNN with a tape whose head moves both ways"
    has_fixed_size_state: ClassVar[bool] = False
    WIDTH: ClassVar[int] = 8
    """M, entries of a vector on the tape. Wider vectors hold more of a digit, at linear cost."""

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
        """The same cell with a tape so long that the head cannot go around the ring within `steps` steps."""
        return dataclasses.replace(self, depth=2 * steps + 1)

    def with_room(self, ops: Ops, state: Any) -> Any:
        """A state as one of the same cell with a tape of two more entries, farthest from the head."""
        right = self.hidden + self.WIDTH * (self.depth + 1) // 2
        room = state[self.hidden : self.hidden + self.WIDTH] * 0.0
        return ops.concatenate([state[:right], room, room, state[right:]])

    def with_action_factor(self, factor: Any) -> "TapeRnn":
        """The same cell with the pre-activations of its actions multiplied by `factor`. A large factor makes every action hard."""
        return dataclasses.replace(self, weight_action=self.weight_action * factor, bias_action=self.bias_action * factor)

    def configured_for(self, steps: int) -> "TapeRnn":
        """A tape long enough for `steps` steps, and hard actions."""
        return self.with_depth_for(steps).with_action_factor(HARD_ACTION_FACTOR)

    def step(self, ops: Ops, symbol: Any, state: Any) -> Any:
        """h' = tanh(W_ih x + b + W_hh h + W_head·(the entry under the head)); then h' writes, then it moves the head."""
        hidden, width = self.hidden, self.WIDTH
        entry = state[hidden : hidden + width]
        recurrent = ops.matmul(self.weight_hh, state[:hidden]) + ops.matmul(self.weight_head, entry)
        hidden_state = ops.tanh(self.input_term(ops, symbol) + recurrent)
        gates = ops.sigmoid(ops.matmul(self.weight_action, hidden_state) + self.bias_action[:, None])
        value = ops.tanh(ops.matmul(self.weight_write, hidden_state) + self.bias_write[:, None])
        under = ops.lerp(gates[:1], entry, value)
        tape = ops.concatenate([under, state[hidden + width :]])
        right = ops.concatenate([tape[width:], tape[:width]])
        left = ops.concatenate([tape[-width:], tape[:-width]])
        moved = ops.lerp(gates[2:], left, right)
        return ops.concatenate([hidden_state, ops.lerp(gates[1:2], tape, moved)])

    @staticmethod
    def shapes(encoded: int, hidden: int) -> dict[str, tuple[int, ...]]:
        """The shapes of the eight required tensors."""
        width = TapeRnn.WIDTH
        return {
            "weight_ih": (hidden, encoded), "weight_hh": (hidden, hidden), "bias": (hidden,), "weight_head": (hidden, width),
            "weight_action": (3, hidden), "bias_action": (3,), "weight_write": (width, hidden), "bias_write": (width,),
        }  # fmt: skip
