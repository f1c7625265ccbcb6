"""The step of each kind of cell over boxes of states, in integers, and what the read-out makes of a box.

`rnn`: h' = tanh(W_ih x + b + W_hh h), start state zero; logits W h' + c. A node's box holds W_hh h.

A box of states is a pair: total = low + high and width = high - low of each coordinate (units of 2^-96). For any
weights w (units of 2^-149) the range of sum(w * r) over the box is [center - radius, center + radius] / 2 with
center = sum(w * total) and radius = sum(|w| * width), exactly: nothing is rounded after tanh. All else is in units of
2^-352, that is, 2^-149 shifted by 203, 2^-96 by 256, and half of 2^-245 by 106.
"""

from operator import mul
from types import SimpleNamespace

from anylength_check.dyadic import tanh_bounds
from anylength_check.weights import Weights

Box = tuple[list[int], list[int]]


def rnn_step(net: Weights, node: SimpleNamespace, hot: list[int], epsilon: int) -> Box:
    """tanh(box + W_ih x + b), x being 1 at `hot`, at its ends, widened by epsilon and not clipped; all outward."""
    slack, total, width = -((-epsilon) >> 256), [], []
    for low, high, row, bias in zip(node.low, node.high, net.input, net.bias, strict=True):
        drive = (bias + sum(row[k] for k in hot)) << 203
        least, most = tanh_bounds((low + drive) >> 256)[0], tanh_bounds(-((-high - drive) >> 256))[1]
        total.append(least + most)
        width.append(most - least + 2 * slack)
    return total, width


def rnn_inside(net: Weights, states: Box, node: SimpleNamespace) -> bool:
    """Whether W_hh h lies in the node's box for every h of the states."""
    bounds = zip(node.low, (_range(row, states) for row in net.recurrent), node.high, strict=True)
    return all(low <= least and most <= high for low, (least, most), high in bounds)


def least_lead(net: Weights, states: Box, answer: int) -> int:
    """The least of logit[answer] - logit[c] over the states and all c != answer."""
    best, leads = net.readout[answer], []
    for other, row in enumerate(net.readout):
        if other != answer:
            least, _ = _range([a - b for a, b in zip(best, row, strict=True)], states)
            leads.append(least + ((net.readout_bias[answer] - net.readout_bias[other]) << 203))
    return min(leads)


def _range(weights: list[int], states: Box) -> tuple[int, int]:
    center, radius = sum(map(mul, weights, states[0])), sum(map(mul, map(abs, weights), states[1]))
    return (center - radius) << 106, (center + radius) << 106
