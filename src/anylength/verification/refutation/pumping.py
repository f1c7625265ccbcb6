"""From one wrong word to a family: "wrong for every k ≥ K", proved in outward-rounded arithmetic.

The word is read as u sᵏ v with a stretch of one symbol s. Three things are shown. (1) A box S around the net's fixed point under
s maps into itself after some symbols s. (2) From S, and from each set on the way back to S, the answer after v is wrong. (3) u
s^K leads into S, and the machine is at a fixed point under s, too. So u sᵏ v is wrong for every k ≥ K, in every arithmetic whose
steps err by at most epsilon in each coordinate and whose logits err by at most `ETA` / 2.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net, encoded_alphabet
from anylength.ops.arrays import numpy_arrays
from anylength.rules import Machine
from anylength.verification.refutation.words import Word
from anylength.verification.refutation.zonotopes import Zonotope, margins, step

EPSILON = 1e-6
"""Error of each coordinate at each step by default. `verdicts.families` passes what float32 needs for the net at hand."""

ETA = 1e-3
"""Margin by which a wrong answer must beat the right one. A larger one pays for larger errors of logits, a smaller proves more."""

RADII = (100, 1_000, 10, 10_000)
"""Radii of the box S, in units of epsilon, in the order in which they are tried."""

MAX_RETURN_STEPS = 100
"""S must map into itself within this many steps. Each takes one zonotope step and the steps of v."""

MAX_TRANSIENT_STEPS = 1_000
"""u sᵏ must lead into S for some k up to this."""

MAX_FIXED_POINT_STEPS = 20_000
"""Iterations of the net in float64 in search of its fixed point."""

FIXED_POINT_TOLERANCE = 1e-13
"""A step that moves no coordinate by more than this has reached the fixed point; far below the smallest radius."""

MAX_STRETCHES = 3
"""Longest stretches of one symbol in the word that are tried as sᵏ."""

MAX_REST_LENGTH = 200
"""u and v have at most this many symbols in all: every check of S follows v."""

MAX_WIDTH = 1.0
"""A zonotope with a wider coordinate is given up: bounds that wide prove no answer, and soon overflow."""


@dataclass(frozen=True)
class PumpedWords:
    """Every word `prefix` + `symbol` k times + `suffix` with k ≥ `least` has a wrong answer to its last symbol.

    Attributes:
        state_bound: `[D]` the largest magnitude of each coordinate of the states on these words. Rounding errors depend on it.
    """

    prefix: Word
    symbol: int
    suffix: Word
    least: int
    state_bound: NDArray[np.float64]

    def word(self, repetitions: int) -> Word:
        """The family's word with this many repetitions of the symbol."""
        return (*self.prefix, *(self.symbol,) * repetitions, *self.suffix)


@np.errstate(over="ignore", invalid="ignore")
def prove_pumped_words(
    net: Net, machine: Machine, word: Word, *, epsilon: float = EPSILON, until: float = math.inf
) -> PumpedWords | None:
    """The family around a wrong word, for its longest stretch where one is proved for this epsilon; None where none is.

    Where states or bounds overflow nothing is proved: every comparison with a NaN is false. Nothing is proved after `until`
    (`time.monotonic`) either.
    """
    for prefix, symbol, suffix in _splits(word):
        prover = FamilyProver(net, machine, epsilon, until)
        try:
            least = prover.least(prefix, symbol, suffix or (symbol,))
        except TimeoutError:
            return None
        if least is not None:
            return PumpedWords(prefix, symbol, suffix, least if suffix else least + 1, prover.state_bound)
    return None


def _splits(word: Word) -> Iterator[tuple[Word, int, Word]]:
    """The word as u sᵏ v, for its longest stretches of one symbol."""
    starts = [i for i in range(len(word)) if i == 0 or word[i] != word[i - 1]]
    stretches = zip(starts, [*starts[1:], len(word)], strict=True)
    longest_first = sorted(stretches, key=lambda stretch: stretch[0] - stretch[1])
    for first, end in longest_first[:MAX_STRETCHES]:
        if len(word) - (end - first) <= MAX_REST_LENGTH:
            yield word[:first], word[first], word[end:]


class FamilyProver:
    """One net and its machine, over zonotopes. `state_bound` `[D]` grows with every zonotope that a step is taken from.

    A step after `until` (`time.monotonic`) raises TimeoutError.
    """

    def __init__(self, net: Net, machine: Machine, epsilon: float, until: float) -> None:
        self._until = until
        self._net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), net)
        self._machine, self._epsilon = machine, epsilon
        self.state_bound = np.zeros(self._net.cell.state_size)

    def least(self, prefix: Word, symbol: int, suffix: Word) -> int | None:
        """A K such that u sᵏ v (v not empty) is proved wrong for every k ≥ K, the smallest that this proof gives."""
        machine_state = self._machine.trace((*prefix, *(symbol,) * self._machine.states))[-1]
        if self._machine.delta[machine_state][symbol] != machine_state:
            return None
        right = Machine(machine_state, self._machine.delta, self._machine.output).run(suffix)[-1]
        centre = self._fixed_point(prefix, symbol)
        if centre is None or not self._is_wrong(Zonotope.box(centre, 0.0), suffix, right):
            return None
        for radius in (self._epsilon * factor for factor in RADII):
            if self._returns(centre, radius, symbol, suffix, right):
                return self._steps_to_box(prefix, symbol, suffix, (centre, radius), right)
        return None

    def _fixed_point(self, prefix: Word, symbol: int) -> NDArray[np.float64] | None:
        """The net's fixed point under s after u `[D, 1]`, in float64; None where the net does not converge or overflows."""
        state = self._net.numpy_start(1)
        for prefix_symbol in prefix:
            state = self._net.cell.step(numpy_arrays, self._encoded(prefix_symbol), state)
        for _ in range(MAX_FIXED_POINT_STEPS):
            self._require_time()
            before, state = state, self._net.cell.step(numpy_arrays, self._encoded(symbol), state)
            if not np.isfinite(state).all():
                return None
            if np.abs(state - before).max() < FIXED_POINT_TOLERANCE:
                return state
        return None

    def _returns(self, centre: NDArray[np.float64], radius: float, symbol: int, suffix: Word, right: int) -> bool:
        """Whether the box maps into itself under s, with wrong answers after v from every set on the way."""
        zone = Zonotope.box(centre, radius)
        for _ in range(MAX_RETURN_STEPS):
            if not self._is_wrong(zone, suffix, right):
                return False
            zone = self._step(zone, symbol)
            if _inside(zone, centre, radius):
                return True
        return False

    def _steps_to_box(
        self, prefix: Word, symbol: int, suffix: Word, box: tuple[NDArray[np.float64], float], right: int
    ) -> int | None:
        """The smallest K: where the trace enters the box, less the steps just before it that are proved wrong by themselves."""
        zone = Zonotope.box(self._net.numpy_start(1), 0.0)
        for prefix_symbol in prefix:
            zone = self._step(zone, prefix_symbol)
        zones, machine_states = [zone], [self._machine.trace(prefix)[-1]]
        while not (_inside(zones[-1], *box) and self._machine.delta[machine_states[-1]][symbol] == machine_states[-1]):
            if len(zones) > MAX_TRANSIENT_STEPS or not _is_narrow(zones[-1]):
                return None
            zones.append(self._step(zones[-1], symbol))
            machine_states.append(self._machine.delta[machine_states[-1]][symbol])
        least = len(zones) - 1
        while least and machine_states[least - 1] == machine_states[-1] and self._is_wrong(zones[least - 1], suffix, right):
            least -= 1
        return least

    def _is_wrong(self, zone: Zonotope, suffix: Word, right: int) -> bool:
        """Whether after v, from anywhere in the zone, one same class beats the right one by `ETA`."""
        for symbol in suffix:
            zone = self._step(zone, symbol)
            if not _is_narrow(zone):
                return False
        self.state_bound = np.maximum(self.state_bound, _largest_magnitudes(zone))
        return bool(margins(self._net, zone, right).max() > ETA)

    def _require_time(self) -> None:
        if time.monotonic() > self._until:
            raise TimeoutError

    def _step(self, zone: Zonotope, symbol: int) -> Zonotope:
        self._require_time()
        self.state_bound = np.maximum(self.state_bound, _largest_magnitudes(zone))
        return step(self._net, self._encoded(symbol), zone, self._epsilon)

    def _encoded(self, symbol: int) -> NDArray[np.float64]:
        """One one-hot vector per tape, concatenated `[E, 1]`."""
        return encoded_alphabet(self._net)[:, [symbol]]


def _inside(zone: Zonotope, centre: NDArray[np.float64], radius: float) -> bool:
    """Whether the zone lies in the box."""
    hull = zone.hull
    low, high = np.nextafter(centre - radius, np.inf), np.nextafter(centre + radius, -np.inf)
    return bool(((low <= hull.low) & (hull.high <= high)).all())


def _largest_magnitudes(zone: Zonotope) -> NDArray[np.float64]:
    """The largest magnitude of each coordinate `[D]`."""
    return np.maximum(np.abs(zone.hull.low), np.abs(zone.hull.high))[:, 0]


def _is_narrow(zone: Zonotope) -> bool:
    """Whether no coordinate is wider than `MAX_WIDTH`."""
    return bool((zone.hull.high - zone.hull.low).max() < MAX_WIDTH)
