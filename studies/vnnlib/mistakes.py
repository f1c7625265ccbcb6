"""Queries about a net that is wrong on a word: is the answer right near the states that the word leads to?

The last answer of the word is wrong. So it is wrong at the last state itself, a box of one point, and somewhere in every box around
it: these queries are satisfiable. Before, the answers are right: in boxes around earlier states, as large as interval arithmetic
can show it, such queries are unsatisfiable. Steps are exact here: their error is zero.

Each point holds the values of the cut of the net's own state in float32, rounded to float32 numbers. What is expected is proved
in outward-rounded interval arithmetic, with a lead of `LEAD`. A query of which it cannot be proved is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.ops.intervals import Interval
from anylength.programs import run
from anylength.rules import Machine
from anylength.verification.certify import StepImages, margins
from studies.vnnlib.query import SAT, UNSAT, Query, no_lead

STEPS = 32
"""Queries are about the last steps of the word only, at most so many: a word may have thousands."""

LEAD = 1e-4
"""The least lead of a wrong logit at the last point, and of the right one before. Float32 errs by less for logits up to 100."""

RADII = tuple(2.0**-k for k in range(2, 21, 2))
"""Half the widths that are tried for a box around a state, the largest first. Below 2^-20 little is left of it in float32."""


@dataclass(frozen=True)
class _Visits:
    """The last steps of a word: before each of them the values of the cut `[M, T]`, the machine's state, the symbol and the right
    output."""

    points: NDArray[np.float64]
    states: list[int]
    symbols: list[int]
    right: list[int]


def mistake_queries(net: Net, machine: Machine, word: Sequence[int]) -> list[Query]:
    """Queries about a word whose last answer, and no other, is wrong. Empty where no wrong logit leads by `LEAD`."""
    visits = _visits(net, machine, word)
    first, last = len(word) - len(visits.states), len(visits.states) - 1
    images = StepImages(net)
    if not _is_wrong(net, images, visits, last):
        return []
    queries = [_query(net, f"last-{name}", visits, last, box, SAT) for name, box in _boxes(visits, last).items()]
    for step, radius in _right_radii(net, images, visits).items():
        queries.append(_query(net, f"step-{first + step + 1}", visits, step, _around(visits.points[:, step], radius), UNSAT))
    return queries


def _visits(net: Net, machine: Machine, word: Sequence[int]) -> _Visits:
    """The last steps of a word."""
    kept = slice(-min(len(word), STEPS), None)
    terms = StepImages(net).recurrent_terms(Interval.exact(_states(net, word)[:, kept]))
    points = ((terms.low + terms.high) / 2).astype(np.float32).astype(np.float64)
    path = [machine.start]
    for symbol in word[:-1]:
        path.append(machine.delta[path[-1]][symbol])
    return _Visits(points, path[kept], list(word)[kept], list(machine.run(tuple(word)))[kept])


def _states(net: Net, word: Sequence[int]) -> NDArray[np.float32]:
    """The state before each step of a word `[D, T]`, in float32."""
    named = {name: np.asarray(value, np.float32) for name, value in net.cell.named_tensors().items()}
    alphabet, states = encoded_alphabet(net).astype(np.float32), [np.asarray(net.numpy_start(1), np.float32)]
    for symbol in word[:-1]:
        leaves = {"symbol": alphabet[:, [symbol]], "state": states[-1]}
        states.append(run(net.program.step, numpy_arrays, named, leaves)[len(net.program.step) - 1])
    return np.concatenate(states, axis=1)


def _boxes(visits: _Visits, last: int) -> dict[str, Interval]:
    """Boxes `[M]` around the last state by name: itself, one around it, and hulls of several states."""
    point, steps = visits.points[:, last], range(last + 1)
    boxes = {"point": Interval.exact(point), "near": _around(point, RADII[0])}
    same = [step for step in steps if visits.states[step] == visits.states[last]]
    if len(same) > 1:
        boxes["machine-state"] = _hull(visits.points[:, same])
    if len(steps) > len(same):
        boxes["word"] = _hull(visits.points)
    return boxes


def _hull(points: NDArray[np.float64]) -> Interval:
    return Interval.between(points.min(axis=1), points.max(axis=1))


def _around(point: NDArray[np.float64], radius: float) -> Interval:
    return Interval.between(point - radius, point + radius)


def _is_wrong(net: Net, images: StepImages, visits: _Visits, last: int) -> bool:
    """Whether at the last point another logit leads, for certain."""
    point = Interval.exact(visits.points[:, [last]])
    features = images.features(images.images(point, 0.0)[0][:, [visits.symbols[last]]])
    others = [answer for answer in range(net.classes) if answer != visits.right[last]]
    return any(margins(net, features, np.array([answer]))[0] >= LEAD for answer in others)


def _right_radii(net: Net, images: StepImages, visits: _Visits) -> dict[int, float]:
    """Step → the largest radius within which the answer is right for certain, of the steps that have one and are not the last."""
    found: dict[int, float] = {}
    steps, alphabet = np.arange(len(visits.states) - 1), net.base**net.tapes
    columns, right = steps * alphabet + np.array(visits.symbols[:-1], np.int64), np.array(visits.right[:-1], np.int64)
    for radius in RADII if len(steps) else ():
        points = visits.points[:, :-1]
        states = images.images(Interval.between(points - radius, points + radius), 0.0)[0][:, columns]
        least = margins(net, images.features(states), right)
        found |= {int(step): radius for step in steps if least[step] >= LEAD and step not in found}
    return dict(sorted(found.items()))


def _query(net: Net, name: str, visits: _Visits, step: int, box: Interval, expected: str) -> Query:
    program, symbol, right = net.program, visits.symbols[step], visits.right[step]
    code, error = encoded_alphabet(net)[:, symbol], np.zeros(program.state)
    logits = range(program.boxed, program.boxed + program.classes)
    others = [logit for logit in logits if logit != logits[right]]
    return Query(
        name=name,
        meaning=f"Is output {right} not ahead after symbol {symbol}, somewhere around a state that the word leads to?",
        low=np.concatenate([box.low, code, -error]),
        high=np.concatenate([box.high, code, error]),
        outputs=program.boxed + program.classes,
        wrong=tuple(no_lead(logits[right], others)),
        expected=expected,
    )
