"""The equations of each kind of cell, written once and computed twice: over boxes of numbers and over rounding errors.

A value is a list of rows; blocks of H rows follow each other, and `+` joins lists. The object `ops` has the row `one` and the
operations add, mul, tanh, sigmoid, relu, lerp(z, a, b) = (1 - z) a + z b and stored(x) = x (but for rounding), all row by row, and
matmul(W, x). The input term of a symbol x is W_ih x + b (+ b_hh). The recurrent term is all that a step takes from the state before
it; for the start state 0 it is 0. A state's first H rows are h, which the read-out sees. An lstm remembers c, linear cells s, too.
"""

from typing import Any

from anylength_check.strict import Refused
from anylength_check.weights import Weights

Value = list[Any]  # of rows
LINEAR = ("linear", "linear-signed", "mingru")


def recurrent_term(ops: Any, net: Weights, state: Value) -> Value:
    """W_hh h, where the step multiplies h, and what the step remembers as it is."""
    h, memory = state[: net.hidden], state[net.hidden :]
    if net.cell in LINEAR:
        return memory
    if net.cell in ("gru", "gru-reset-before"):
        return ops.matmul(net.recurrent if net.cell == "gru" else net.recurrent[: 2 * net.hidden], h) + h
    return ops.matmul(net.recurrent, h) + memory  # rnn and relu remember nothing else


def update(ops: Any, net: Weights, input_term: Value, recurrent: Value) -> Value:
    """The next state."""
    if net.cell == "rnn":
        return ops.tanh(ops.add(input_term, recurrent))
    if net.cell == "relu":
        return ops.relu(ops.add(input_term, recurrent))
    if net.cell in ("gru", "gru-reset-before"):
        return _gru(ops, net, input_term, recurrent)
    if net.cell == "lstm":
        return _lstm(ops, net, input_term, recurrent)
    if net.cell in LINEAR:
        return _linear(ops, net, input_term, recurrent)
    raise Refused(f"no equations are known for the cell {net.cell}")


def _blocks(net: Weights, value: Value) -> list[Value]:
    return [value[first : first + net.hidden] for first in range(0, len(value), net.hidden)]


def _gru(ops: Any, net: Weights, input_term: Value, recurrent: Value) -> Value:
    input_r, input_z, input_n = _blocks(net, input_term)
    recurrent_r, recurrent_z = _blocks(net, recurrent)[:2]
    h = recurrent[-net.hidden :]
    r = ops.sigmoid(ops.add(input_r, recurrent_r))
    z = ops.sigmoid(ops.add(input_z, recurrent_z))
    if net.cell == "gru":
        recurrent_n = ops.add(recurrent[2 * net.hidden : 3 * net.hidden], ops.matmul(net.bias_hn, [ops.one]))
        reset = ops.mul(r, recurrent_n)
    else:
        reset = ops.matmul(net.recurrent[2 * net.hidden :], ops.mul(r, h))
    n = ops.tanh(ops.add(input_n, reset))
    return ops.lerp(z, n, h)


def _lstm(ops: Any, net: Weights, input_term: Value, recurrent: Value) -> Value:
    gates, c = recurrent[: 4 * net.hidden], recurrent[4 * net.hidden :]
    i, f, g, o = _blocks(net, ops.add(input_term, gates))
    new_c = ops.add(ops.mul(ops.sigmoid(f), c), ops.mul(ops.sigmoid(i), ops.tanh(g)))
    return ops.mul(ops.sigmoid(o), ops.tanh(ops.stored(new_c))) + new_c


def _linear(ops: Any, net: Weights, input_term: Value, s: Value) -> Value:
    input_gate, input_s, input_h = _blocks(net, input_term)
    gate = ops.tanh(input_gate) if net.cell == "linear-signed" else ops.sigmoid(input_gate)
    new_s = ops.lerp(gate, s, input_s) if net.cell == "mingru" else ops.add(ops.mul(gate, s), input_s)
    return ops.tanh(ops.add(input_h, ops.matmul(net.recurrent, ops.stored(new_s)))) + new_s
