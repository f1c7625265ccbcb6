"""Nets written down by hand, so that tests know what they do without training anything."""

import numpy as np

from anylength.cells import Rnn
from anylength.nets import Net

GAIN = 30.0
"""tanh is ±1 to the last bit of float32 from about 10 on, and the smallest sum below is ±1."""


def counting_net(base: int = 10, wrong: dict[tuple[int, int], int] | None = None) -> Net:
    """A net that adds one to every number of every length, except where `wrong` names another answer.

    Unit (q, d) is on (+1) just after digit d was read in machine state q (0 carry, 1 none); all others are off (−1). The state to
    read the next digit in follows from one unit alone: g = 1 + 2·h(carry, nine) is 3 after a nine read with a carry, 1 at the
    start (all zeros), −1 otherwise. So (carry, d) = sign(4·[x = d] + g − 4) and (none, d) = sign(4·[x = d] − g − 4).
    A logit is the sum of (1 + h) over the units that stand for its digit: 2 for the answer, 0 for the others.

    Args:
        base: Digits of the alphabet.
        wrong: (q, d) → the digit that is answered in place of the right one.
    """
    nine = base - 1
    weight_ih = np.concatenate([4 * np.eye(base)] * 2)
    sign = np.repeat([1.0, -1.0], base)
    weight_hh = np.zeros((2 * base, 2 * base))
    weight_hh[:, nine] = 2 * sign
    cell = [np.float32(GAIN) * table.astype(np.float32) for table in (weight_ih, weight_hh, sign - 4)]
    answers = {(q, d): (d + 1) % base if q == 0 else d for q in (0, 1) for d in range(base)} | (wrong or {})
    readout = np.zeros((base, 2 * base), np.float32)
    for (q, d), answer in answers.items():
        readout[answer, q * base + d] = 1
    return Net(Rnn(*cell), readout, readout.sum(axis=1), base=base, tapes=1)
