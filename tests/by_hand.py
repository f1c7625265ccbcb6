"""Nets constructed by hand, whose behaviour tests know without training."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from anylength.cells import CELLS, Rnn
from anylength.nets import Net, program_net
from anylength.programs import Tracer, assemble
from anylength.rules import Machine, NamedMachine, Task, from_named_machine

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


def counting_net_with_gelu() -> Net:
    """A net of a step program that counts as `counting_net` does, with tanh(gelu(a)) in place of tanh(a): its units are 1 or 0."""
    net = counting_net()
    gain = np.float32(4 / GAIN)
    weight_ih, weight_hh, bias = gain * net.cell.weight_ih, gain * net.cell.weight_hh, gain * net.cell.bias
    tensors = {
        "input": weight_ih, "recurrent": 2 * weight_hh, "bias": bias - weight_hh.sum(axis=1), "start": np.full_like(bias, 0.5),
        "readout": net.weight, "logits": np.zeros_like(net.bias),
    }  # fmt: skip
    shapes = {name: value.shape for name, value in tensors.items()}
    (units, encoded) = weight_ih.shape
    step, answer = Tracer(shapes, {"symbol": encoded, "state": units}), Tracer(shapes, {"state": units})
    recurrent = step.matmul(step.weight("recurrent"), step.state())
    sums = step.matmul(step.weight("input"), step.symbol()) + step.weight("bias").vector() + recurrent
    program = assemble(
        new_state=step.tanh(step.gelu(sums)), features=answer.state(), weight="readout", bias="logits", shapes=shapes,
        encoded=encoded, start="start",
    )  # fmt: skip
    return program_net(program, tensors, base=10, tapes=1)


def extended(net: Net, rows: Sequence[tuple[np.ndarray, np.ndarray, float]], readout: np.ndarray) -> Net:
    """The net with additional units, which the old units do not read.

    Args:
        net: A net of H units.
        rows: For each new unit its weights on the symbol, its weights on all units (old and new), and its bias.
        readout: The logits' weights on the new units, `[C, new]`.
    """
    old, new = net.hidden, len(rows)
    recurrent = np.zeros((old + new, old + new), np.float32)
    recurrent[:old, :old] = net.cell.weight_hh
    recurrent[old:] = np.stack([row for _, row, _ in rows])
    inputs = np.concatenate([net.cell.weight_ih, np.stack([row for row, _, _ in rows])]).astype(np.float32)
    bias = np.concatenate([net.cell.bias, [bias for _, _, bias in rows]]).astype(np.float32)
    weight = np.concatenate([net.weight, readout], axis=1).astype(np.float32)
    return dataclasses.replace(net, cell=Rnn(inputs, recurrent, bias), weight=weight)


def drifting_net(nines: int) -> Net:
    """A net that counts right until it has read about `nines` nines in total, consecutive or not.

    One more unit grows slowly with every nine: u' = tanh(u + c·[x = 9]). It adds to the logit of 5, which becomes the largest one.
    """
    net = counting_net()
    step = 0.5 / nines**1.5 if nines > 100 else 0.5 / nines
    level = grown = 0.0
    for _ in range(nines):
        level, grown = grown, np.tanh(grown + step)
    inputs, recurrent = np.zeros(10), np.zeros(net.hidden + 1)
    inputs[9], recurrent[-1] = step, 1.0
    readout = np.zeros((10, 1))
    readout[5] = 2 / ((level + grown) / 2)
    return extended(net, [(inputs, recurrent, 0.0)], readout)


def net_with_a_rare_mistake(prefix: Sequence[int], answer: int) -> Net:
    """A net that counts right except on numbers whose first digits are `prefix`: on its last digit it outputs `answer`.

    The first unit is on after prefix[0] at the start, where the sum of the counting units is 0 and not 2 − 2·base; each further
    unit is on after its digit if the one before it was on.
    """
    net, units = counting_net(), len(prefix)
    rows = []
    for index, digit in enumerate(prefix):
        inputs, recurrent = np.zeros(10), np.zeros(net.hidden + units)
        if index:
            inputs[digit], recurrent[net.hidden + index - 1] = 2 * GAIN, 2 * GAIN
        else:
            inputs[digit], recurrent[: net.hidden] = 4 * GAIN, GAIN
        rows.append((inputs, recurrent, -3 * GAIN))
    readout = np.zeros((10, units))
    readout[answer, -1] = 4
    net = extended(net, rows, readout)
    return dataclasses.replace(net, bias=(net.bias + readout.sum(axis=1)).astype(np.float32))


CANDIDATE = {"rnn": 0, "relu": 0, "gru": 2, "gru-reset-before": 2, "lstm": 2, "linear": 1, "linear-signed": 1, "mingru": 1}
"""The index of the block of `weight_ih` rows that form the candidate state."""

ECHOING = tuple(CANDIDATE)
"""The cells that `echoing_net` knows."""


def switch() -> tuple[Net, Machine]:
    """Two units that hold a sign, and the machine that they follow: keep, off, on."""
    cell = Rnn(
        weight_ih=np.array([[0.0, -10.0, 10.0]] * 2, np.float32),
        weight_hh=np.array([[4.0, 0.25], [0.25, 4.0]], np.float32), bias=np.full(2, -2.0, np.float32),
    )  # fmt: skip
    net = Net(cell, np.array([[-1.0, -1.0], [1.0, 1.0]], np.float32), np.zeros(2, np.float32), base=3, tapes=1)
    return net, Machine(0, ((0, 0, 1), (1, 0, 1)), ((0, 0, 1), (1, 0, 1)))


def echoing_net(name: str, base: int = 2) -> Net:
    """A net of any cell that answers each digit with itself: one unit per digit, its gates set to forget almost everything."""
    shapes = CELLS[name].shapes(base, base)
    named = {field: np.zeros(shape, np.float32) for field, shape in shapes.items()}
    retention, first = CELLS[name].retention(base), CANDIDATE[name] * base
    named["weight_ih"][first : first + base] = 4 * np.eye(base)
    named["weight_hh"][-base:] = np.eye(base) if name in ("linear", "linear-signed", "mingru") else 0.2 / base
    if retention is not None:
        named["bias"][retention.rows] = -2 * retention.sign
        if name == "linear-signed":
            named["bias"][retention.rows] = 0.1
    readout = 4 * np.eye(base, dtype=np.float32)
    return Net(CELLS[name](**named), readout, np.zeros(base, np.float32), base=base, tapes=1)


def echo(base: int = 2) -> Machine:
    """The machine of one state that answers each digit with itself."""
    return Machine(0, ((0,) * base,), (tuple(range(base)),))


def net_of(machine: Machine, base: int, tapes: int = 1) -> Net:
    """A net that implements a machine: unit (q, s) is +1 just after symbol s was read in state q, all other units are −1.

    One more unit is 0 at the start and 1 at all later steps. Let n units lead to the state q. After the start exactly one unit is
    +1, so the sum of these n units and n times the last unit is 2 if the state is q, else 0.
    """
    count, states = machine.symbols, machine.states
    inputs, recurrent = np.zeros((states * count + 1, base * tapes)), np.zeros((states * count + 1,) * 2)
    bias = np.full(states * count + 1, -(4.0 * tapes + 2))
    readout = np.zeros((max(2, machine.classes), states * count + 1), np.float32)
    for q in range(states):
        enter = [p * count + s for p in range(states) for s in range(count) if machine.delta[p][s] == q]
        for s in range(count):
            unit = q * count + s
            inputs[unit, [tape * base + s // base**tape % base for tape in range(tapes)]] = 4
            recurrent[unit, enter] += 2
            recurrent[unit, -1] += 2 * len(enter) - 4 * (q == machine.start)
            bias[unit] += 4 * (q == machine.start)
            readout[machine.output[q][s], unit] = 1
    bias[-1] = 2.0
    cell = Rnn(*[(np.float32(GAIN) * table).astype(np.float32) for table in (inputs, recurrent, bias)])
    return Net(cell, readout, readout.sum(axis=1), base=base, tapes=tapes)


def fading_switch(factors: Sequence[float] = (0.9, 0.8), bias: float = 0.0) -> tuple[Net, Task]:
    """A net that forgets after long whether a switch is on, and its task; a unit for each factor by which its state fades.

    `bias` is that of the class off: a state below it is off.
    """
    units = len(factors)
    cell = Rnn(
        weight_ih=np.array([[0.0, -4.0, 4.0]] * units, np.float32), weight_hh=np.diag(factors).astype(np.float32),
        bias=np.full(units, -0.01, np.float32),
    )  # fmt: skip
    net = Net(cell, np.array([[-1.0] * units, [1.0] * units], np.float32), np.array([bias, -bias], np.float32), base=3, tapes=1)
    machine = Machine(0, ((0, 0, 1), (1, 0, 1)), ((0, 0, 1), (1, 0, 1)))
    return net, from_named_machine(NamedMachine(machine, ("k", "f", "n"), ("off", "on"), "all"), "switch", "is the switch on?")
