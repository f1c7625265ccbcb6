"""From one wrong word to a family: "wrong for every k ≥ K", proved in outward-rounded arithmetic.

The word is read as u sᵏ v with a run of one symbol s. Shown is: (1) a box S around the resting state under s comes back into
itself after some symbols s; (2) from S and from each set on the way, the answer after v is wrong; (3) u s^K leads into S, and the
machine rests there as well. So u sᵏ v is wrong for every k ≥ K, in every arithmetic whose steps are off by at most epsilon in each
coordinate and whose logits are off by at most `ETA` / 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import jax
import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays
from anylength.verification.refutation.words import Word
from anylength.verification.refutation.zonotopes import Zonotope, after, leads

EPSILON, ETA = 1e-6, 1e-3
RADII = (100, 1_000, 10, 10_000)
"""Radii of the box S tried, in units of epsilon."""

RETURN = 100
"""The box must come back into itself within so many steps."""

TRANSIENT = 1_000
RESTING = 20_000
RUNS = 3
LONGEST = 200


@dataclass(frozen=True)
class Pumped:
    """Every word `prefix` + `symbol` k times + `suffix` with k ≥ `least` is answered wrongly at its last symbol.

    Attributes:
        reach: `[D]`, how far the coordinates of the states on these words may be from 0: what rounding does depends on it.
    """

    prefix: Word
    symbol: int
    suffix: Word
    least: int
    state_bound: NDArray[np.float64]

    def word(self, times: int) -> Word:
        """The family's word with so many symbols."""
        return (*self.prefix, *(self.symbol,) * times, *self.suffix)


def pumped(net: Net, machine: Machine, word: Word, *, epsilon: float = EPSILON) -> Pumped | None:
    """The family around a wrong word, its longest runs tried first; None where none is proved for this epsilon."""
    for prefix, symbol, suffix in _readings(word):
        prover = Prover(net, machine, epsilon)
        least = prover.least(prefix, symbol, suffix or (symbol,))
        if least is not None:
            return Pumped(prefix, symbol, suffix, least if suffix else least + 1, prover.state_bound)
    return None


def _readings(word: Word) -> Iterator[tuple[Word, int, Word]]:
    """The word as u sᵏ v, for its longest runs of one symbol."""
    starts = [i for i in range(len(word)) if i == 0 or word[i] != word[i - 1]]
    runs = zip(starts, [*starts[1:], len(word)], strict=True)
    for first, end in sorted(runs, key=lambda run: run[0] - run[1])[:RUNS]:
        if len(word) - (end - first) <= LONGEST:
            yield word[:first], word[first], word[end:]


class Prover:
    """One net and its machine, over zonotopes. `state_bound` `[D]` grows with every zonotope that a step is taken from."""

    def __init__(self, net: Net, machine: Machine, epsilon: float) -> None:
        self._net: Net = jax.tree.map(lambda leaf: np.asarray(leaf, np.float64), net)
        self._machine, self._epsilon = machine, epsilon
        self.state_bound = np.zeros(self._net.cell.state_size)

    def least(self, prefix: Word, symbol: int, suffix: Word) -> int | None:
        """A K such that u sᵏ v (v not empty) is proved wrong for every k ≥ K, the smallest that this proof gives."""
        resting = self._machine.trace((*prefix, *(symbol,) * self._machine.states))[-1]
        if self._machine.delta[resting][symbol] != resting:
            return None
        right = Machine(resting, self._machine.delta, self._machine.output).run(suffix)[-1]
        centre = self._resting(prefix, symbol)
        if centre is None or not self._wrong(Zonotope.box(centre, 0.0), suffix, right):
            return None
        for radius in (self._epsilon * factor for factor in RADII):
            if self._stays(centre, radius, symbol, suffix, right):
                return self._arrives(prefix, symbol, suffix, (centre, radius), right)
        return None

    def _resting(self, prefix: Word, symbol: int) -> NDArray[np.float64] | None:
        """Where the net comes to rest under s after u `[D, 1]`, in float64; None where it does not."""
        state = np.zeros((self._net.cell.state_size, 1))
        for each in prefix:
            state = self._net.cell.step(numpy_arrays, self._encoded(each), state)
        for _ in range(RESTING):
            before, state = state, self._net.cell.step(numpy_arrays, self._encoded(symbol), state)
            if np.abs(state - before).max() < 1e-13:
                return state
        return None

    def _stays(self, centre: NDArray[np.float64], radius: float, symbol: int, suffix: Word, right: int) -> bool:
        """Whether the box comes back into itself under s, with wrong answers after v from every set on the way."""
        zone = Zonotope.box(centre, radius)
        for _ in range(RETURN):
            if not self._wrong(zone, suffix, right):
                return False
            zone = self._after(zone, symbol)
            if _within(zone, centre, radius):
                return True
        return False

    def _arrives(self, prefix: Word, symbol: int, suffix: Word, box: tuple[NDArray[np.float64], float], right: int) -> int | None:
        """The smallest K: where the trace enters the box, less the steps just before it that are proved wrong by themselves."""
        zone = Zonotope.box(np.zeros((self._net.cell.state_size, 1)), 0.0)
        for each in prefix:
            zone = self._after(zone, each)
        zones, at = [zone], self._machine.trace(prefix)[-1]
        states = [at]
        while not (_within(zones[-1], *box) and self._machine.delta[states[-1]][symbol] == states[-1]):
            if len(zones) > TRANSIENT or not _small(zones[-1]):
                return None
            zones.append(self._after(zones[-1], symbol))
            states.append(self._machine.delta[states[-1]][symbol])
        least = len(zones) - 1
        while least and states[least - 1] == states[-1] and self._wrong(zones[least - 1], suffix, right):
            least -= 1
        return least

    def _wrong(self, zone: Zonotope, suffix: Word, right: int) -> bool:
        """Whether after v from anywhere in the zone one other class beats the right one."""
        for each in suffix:
            zone = self._after(zone, each)
            if not _small(zone):
                return False
        self.state_bound = np.maximum(self.state_bound, _farthest(zone))
        return bool(leads(self._net, zone, right).max() > ETA)

    def _after(self, zone: Zonotope, symbol: int) -> Zonotope:
        self.state_bound = np.maximum(self.state_bound, _farthest(zone))
        return after(self._net, self._encoded(symbol), zone, self._epsilon)

    def _encoded(self, symbol: int) -> NDArray[np.float64]:
        """One one-hot vector per tape, concatenated `[E, 1]`."""
        return encoded_alphabet(self._net)[:, [symbol]]


def _within(zone: Zonotope, centre: NDArray[np.float64], radius: float) -> bool:
    """Whether the zone lies in the box."""
    hull = zone.hull
    return bool(((np.nextafter(centre - radius, np.inf) <= hull.low) & (hull.high <= np.nextafter(centre + radius, -np.inf))).all())


def _farthest(zone: Zonotope) -> NDArray[np.float64]:
    """How far the coordinates `[D]` may be from 0."""
    return np.maximum(np.abs(zone.hull.low), np.abs(zone.hull.high))[:, 0]


def _small(zone: Zonotope) -> bool:
    """Whether the zone is narrow enough to be worth following."""
    return bool((zone.hull.high - zone.hull.low).max() < 1)
