"""One step of an RNN, GRU or LSTM layer as PyTorch and ONNX define it, over any interpreter of the operations.

The gates are in PyTorch's order: r, z, n of a GRU; i, f, g, o of an LSTM. Both biases of a layer stay apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anylength.ops import Ops


@dataclass(frozen=True)
class LayerWeights:
    """The weights of one layer, as the interpreter takes them.

    Attributes:
        weight_ih: `[blocks · H, E]`.
        weight_hh: `[blocks · H, H]`, or `[blocks · H, P]` with a projection.
        bias_ih: `[blocks · H]`; None means zeros.
        bias_hh: `[blocks · H]`; None means zeros.
        projection: `[P, H]`: the output of an LSTM is projected to P units; None means that it is not.
        peepholes: `[3H]`, the factors of the cell state in the gates i, f and o of an LSTM; None means none.
    """

    weight_ih: Any
    weight_hh: Any
    bias_ih: Any = None
    bias_hh: Any = None
    projection: Any = None
    peepholes: Any = None


def _affine(ops: Ops, weight: Any, bias: Any, value: Any) -> Any:
    product = ops.matmul(weight, value)
    return product if bias is None else product + ops.tensor(bias, value.shape[-1])


def _simple(function: str) -> Callable[[Ops, LayerWeights, Any, tuple[Any, ...]], tuple[Any, ...]]:
    def step(ops: Any, layer: LayerWeights, symbol: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
        """h' = f(W_ih x + b_ih + W_hh h + b_hh)."""
        input_term, recurrent = _terms(ops, layer, symbol, state[0])
        return (getattr(ops, function)(input_term + recurrent),)

    return step


def _terms(ops: Ops, layer: LayerWeights, symbol: Any, hidden: Any) -> tuple[Any, Any]:
    """W_ih x + b_ih and W_hh h + b_hh."""
    return _affine(ops, layer.weight_ih, layer.bias_ih, symbol), _affine(ops, layer.weight_hh, layer.bias_hh, hidden)


def _gru(ops: Ops, layer: LayerWeights, symbol: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
    """With p = W_ih x + b_ih and m = W_hh h + b_hh: h' = (1 − z)·n + z·h, n = tanh(p_n + r·m_n), r = σ(p_r + m_r), z likewise."""
    (input_term, recurrent), units = _terms(ops, layer, symbol, state[0]), state[0].shape[0]
    reset = ops.sigmoid(input_term[:units] + recurrent[:units])
    update = ops.sigmoid(input_term[units : 2 * units] + recurrent[units : 2 * units])
    candidate = ops.tanh(input_term[2 * units :] + reset * recurrent[2 * units :])
    return (ops.lerp(update, candidate, state[0]),)


def _gru_reset_before(ops: Ops, layer: LayerWeights, symbol: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
    """As `_gru`, with n = tanh(p_n + W_hn (r·h) + b_hn)."""
    (input_term, recurrent), units = _terms(ops, layer, symbol, state[0]), state[0].shape[0]
    reset = ops.sigmoid(input_term[:units] + recurrent[:units])
    update = ops.sigmoid(input_term[units : 2 * units] + recurrent[units : 2 * units])
    bias = None if layer.bias_hh is None else layer.bias_hh[2 * units :]
    candidate = ops.tanh(input_term[2 * units :] + _affine(ops, layer.weight_hh[2 * units :], bias, reset * state[0]))
    return (ops.lerp(update, candidate, state[0]),)


def _lstm(ops: Ops, layer: LayerWeights, symbol: Any, state: tuple[Any, ...]) -> tuple[Any, ...]:
    """With a = W_ih x + b_ih + W_hh h + b_hh: c' = σ(a_f)·c + σ(a_i)·tanh(a_g), h' = σ(a_o)·tanh(c'); peepholes add w·c."""
    input_term, recurrent = _terms(ops, layer, symbol, state[0])
    sums, cell, units = input_term + recurrent, state[1], state[1].shape[0]

    def gate(block: int, memory: Any, peephole: int) -> Any:
        value = sums[block * units : (block + 1) * units]
        if layer.peepholes is not None:
            factors = ops.tensor(layer.peepholes[peephole * units : (peephole + 1) * units], memory.shape[-1])
            value = value + factors * memory
        return ops.sigmoid(value)

    new_cell = gate(1, cell, 1) * cell + gate(0, cell, 0) * ops.tanh(sums[2 * units : 3 * units])
    output = gate(3, new_cell, 2) * ops.tanh(new_cell)
    return (output if layer.projection is None else ops.matmul(layer.projection, output)), new_cell


LAYER_STEPS: Mapping[str, Callable[[Ops, LayerWeights, Any, tuple[Any, ...]], tuple[Any, ...]]] = {
    "rnn": _simple("tanh"), "relu": _simple("relu"), "gru": _gru, "gru-reset-before": _gru_reset_before, "lstm": _lstm,
}  # fmt: skip
"""The step of a layer by the name of its cell: (operations, weights, its input, its old state) → its new state, the output first.

The state of an LSTM is h and c, of the others h alone.
"""
