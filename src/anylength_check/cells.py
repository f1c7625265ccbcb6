"""The equations of each kind of cell, written once and read twice: over boxes of numbers and over rounding errors.

A value is a list of rows; blocks of H rows follow each other, and `+` joins lists. A reading w knows the row `one` and the words
add, mul, tanh, sigmoid, relu and lerp(z, a, b) = (1 - z) a + z b, all row by row, and matmul(W, x). With p = W_ih x + b (+ b_hh)
for a symbol x, a step is receive(p, message(state)). The message is all that the step takes from the state before it, and linear:
for the start state 0 it is 0. A state's first H rows are h, which the read-out sees; more (c or s) are remembered beside it.
"""

from typing import Any

from anylength_check.dyadic import Value
from anylength_check.weights import Weights


def message(w: Any, net: Weights, state: Value) -> Value:
    """W_hh h, where the step multiplies h, and what the step remembers as it is."""
    h, others = state[: net.hidden], state[net.hidden :]
    if net.cell in ("linear", "linear-signed", "mingru"):
        return others
    products = 2 if net.cell == "gru-reset-before" else 4  # at most, of H rows
    return w.matmul(net.recurrent[: products * net.hidden], h) + (h if "gru" in net.cell else others)


def receive(w: Any, net: Weights, p: Value, m: Value) -> Value:
    """The next state, of what a symbol gives and the message of the state before."""
    blocks = lambda value: [value[k : k + net.hidden] for k in range(0, len(value), net.hidden)]  # noqa: E731
    if net.cell in ("rnn", "relu"):
        return (w.tanh if net.cell == "rnn" else w.relu)(w.add(p, m))
    if net.cell in ("gru", "gru-reset-before"):
        (p_r, p_z, p_n), (m_r, m_z, *m_n, h) = blocks(p), blocks(m)
        r, z = w.sigmoid(w.add(p_r, m_r)), w.sigmoid(w.add(p_z, m_z))
        gated = lambda: w.matmul(net.recurrent[2 * net.hidden :], w.mul(r, h))  # noqa: E731
        return w.lerp(z, w.tanh(w.add(p_n, w.mul(r, w.add(m_n[0], w.matmul(net.bias_hn, [w.one]))) if m_n else gated())), h)
    if net.cell == "lstm":
        (i, f, g, o), c = blocks(w.add(p, m[: len(p)])), m[len(p) :]
        c = w.add(w.mul(w.sigmoid(f), c), w.mul(w.sigmoid(i), w.tanh(g)))
        return w.mul(w.sigmoid(o), w.tanh(c)) + c
    gate, (a, u, o) = {"linear": w.sigmoid, "linear-signed": w.tanh, "mingru": w.sigmoid}[net.cell], blocks(p)
    s = w.lerp(gate(a), m, u) if net.cell == "mingru" else w.add(w.mul(gate(a), m), u)
    return w.tanh(w.add(o, w.matmul(net.recurrent, s))) + s
