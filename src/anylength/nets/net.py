"""A recurrent net: one-hot encoding, cell and linear read-out. It can be read and asked without JAX.

The output at each step is the argmax of the logits (the lowest class on a tie). States and logits are columns: `[D, B]`, `[C, B]`.
"""

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from anylength.base import Tensor, pytree, short_repr
from anylength.cells import AbstractCell
from anylength.ops import Ops

if TYPE_CHECKING:
    from anylength.programs import Program


@pytree
@dataclass(frozen=True)
class Net:
    """A recurrent transducer over digits.

    Attributes:
        cell: The recurrent cell with its weights.
        weight: Read-out weights `[C, F]` of the F = H features that the cell offers.
        bias: Read-out biases `[C]`.
        base: Number of values of a digit on one tape.
        tapes: Number of digits read at each step; E = base · tapes.
        least_margin: The lead of the right logit from which on the net that this one was read from answers rightly, too: a softmax
            at its end ties in float32 what leads by less. 0 for a net that returns its logits.
        looped: Where a module that loops over its steps in Python was read: the symbols of the longest words that both answered
            alike. A proof is of its step. Else 0.
    """

    causal: ClassVar[bool] = True

    def __repr__(self) -> str:
        """The net's kind and size. Its tensors may be placeholders within JAX, so only their sizes are read."""
        sizes = {
            "parameters": sum(getattr(tensor, "size", 0) for tensor in self._tensors),
            "base": self.base,
            "tapes": self.tapes,
        }
        return short_repr("Net", {"cell": type(self.cell).__name__, **sizes}.items())

    cell: AbstractCell
    weight: Tensor
    bias: Tensor
    base: int = field(metadata={"static": True})
    tapes: int = field(metadata={"static": True})
    least_margin: float = field(default=0.0, metadata={"static": True})
    looped: int = field(default=0, metadata={"static": True})

    @property
    def hidden(self) -> int:
        """H, the number of hidden units."""
        return self.weight.shape[-1]

    @property
    def classes(self) -> int:
        """C, the number of output classes."""
        return self.weight.shape[-2]

    @property
    def parameters(self) -> int:
        """The number of parameters."""
        return sum(int(np.prod(tensor.shape)) for tensor in self._tensors)

    @property
    def _tensors(self) -> list[Any]:
        return [*self.cell.named_tensors().values(), self.weight, self.bias]

    def encode(self, symbols: Any) -> Any:
        """The encoded symbols `[…, E, B]` of symbols `[…, B]`: one one-hot vector per tape, concatenated, as columns."""
        import jax
        import jax.numpy as jnp

        digits = [symbols // self.base**tape % self.base for tape in range(self.tapes)]
        return jnp.concatenate([jax.nn.one_hot(digit, self.base, axis=-2) for digit in digits], axis=-2)

    def configured_for(self, steps: int) -> "Net":
        """The net as it answers words of `steps` steps: see `AbstractCell.configured_for`."""
        return dataclasses.replace(self, cell=self.cell.configured_for(steps))

    @property
    def program(self) -> "Program":
        """The step program: cell and read-out."""
        return self.cell.program(self.classes)

    def start(self, columns: int) -> Any:
        """The start state `[D, B]` for a batch."""
        import jax.numpy as jnp

        start = self.cell.start_state()
        zeros = jnp.zeros((self.cell.state_size, columns), jnp.float32)
        return zeros if start is None else zeros + start[:, None]

    def numpy_start(self, columns: int) -> NDArray[Any]:
        """The start state for a batch, of the weights' type and without a call to JAX."""
        start = self.cell.start_state()
        zeros = np.zeros((self.cell.state_size, columns), self.weight.dtype)
        return zeros if start is None else zeros + np.asarray(start)[:, None]

    def readout(self, state: Any, ops: Ops | None = None) -> Any:
        """The logits `[C, B]` of a state `[D, B]`, both values of the interpreter `ops`; None: that over JAX arrays."""
        if ops is None:
            from anylength.ops.jax_arrays import jax_arrays as ops
        return ops.matmul(self.weight, self.cell.features(ops, state)) + self.bias[:, None]

    def logits(self, symbols: Any, lengths: Any = None, key: Any = None) -> Any:
        """The logits `[T, C, B]` from the start state. The net is causal and deterministic, so it ignores `lengths` and `key`."""
        from anylength.nets.scan import logits

        del lengths, key
        return logits(self, symbols)

    def outputs(self, symbols: Any) -> Any:
        """The output class at every step from the start state."""
        from anylength.nets.scan import outputs

        return outputs(self, symbols)


def encoded_alphabet(net: Net) -> NDArray[np.float64]:
    """The one-hot codes of all symbols as columns `[E, A]`: one 1 per tape in each column."""
    symbols = np.arange(net.base**net.tapes)
    columns = np.zeros((net.base * net.tapes, len(symbols)))
    for tape in range(net.tapes):
        columns[tape * net.base + symbols // net.base**tape % net.base, symbols] = 1.0
    return columns
