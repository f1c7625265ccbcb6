"""The search for a proof by ellipsoids: train the ellipsoids of all contexts, split the contexts that do not close, and again.

Nothing of it is trusted: the certificate is what the independent checker says of it.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from anylength.rules import Machine, PartialMachine
from anylength.verification.ellipsoids.classes import START
from anylength.verification.ellipsoids.contexts import (
    EMPTY,
    REPEATED,
    Context,
    Contexts,
    is_repeating,
    origins,
    period_of,
    repeated,
)
from anylength.verification.ellipsoids.doubts import Doubt, doubtful_words, no_doubt
from anylength.verification.ellipsoids.exported import exported
from anylength.verification.ellipsoids.groups import Groups, groups_of
from anylength.verification.ellipsoids.kept import NO_MEMORY, KeptSearch, Memory, from_bytes, to_bytes
from anylength.verification.ellipsoids.levels import Ellipsoids, levels_of, spread_of
from anylength.verification.ellipsoids.loops import Loop, loop_of
from anylength.verification.ellipsoids.outcomes import Outcome, Round, Unfolded, longer
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import Region, around, image_of, orbit, ordered
from anylength.verification.ellipsoids.samples import SAMPLES, states_at
from anylength.verification.ellipsoids.slices import SLICES, WHOLE
from anylength.verification.ellipsoids.training import FINE, FIRST, GOOD, LATER, Schedule, Sizes, trained
from anylength.verification.ellipsoids.unfolding import Unfolding

LEAST_SAMPLES = 3
"""The least number of sampled states that make an ellipsoid."""

MOST_CONTEXTS, MOST_NUMBERS = 3_000, 1 << 26
"""A search ends beyond so many contexts, or numbers in a matrix for each edge: several of these must fit the memory."""

MOST_WRITTEN = 600_000
"""Numbers in the shapes of a proof about words of some steps: its certificate takes some 8 MiB then."""

LEAST_CONTEXTS = 100
"""A search begins with so many contexts: those of two symbols, or of more where there are few."""

MUCH_OPEN, SOME_OPEN, SOME_ROUNDS, DEEPER = 0.02, 0.005, 5, 8
"""All contexts are split where more than the first share of all edges is open, after so many rounds more than the second share,
unless there are so many times as many as at the beginning. So many are trained twice."""

TURNS, MOST_AVOIDED = 6, 0.2
"""How often a round is unfolded with more contexts that are avoided, and the largest share of all contexts."""

NONE = frozenset[int]()
"""No contexts."""

FEW_OPEN, SHARE_OF_TIME, MOST_SECONDS = 0.05, 0.2, 40.0
"""What is open is unfolded after a round where it is at most the first share of all edges, in the second share of the time that is
left, and in no more than these seconds; unless unfolding took more than that share of the time so far."""

FEWER = 0.5
"""Ellipsoids are cut in slices where the last splits left more than this share of the open steps, and from then on if slices leave
at most this share."""

FURTHER = 3
"""Where a context is split whose newest symbols repeat, so many contexts are split, too, that follow as it repeats on."""

CHAIN_LENGTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
"""Steps after which the start's own loop may have converged."""

Progress = Callable[[int, int, int], None]
"""Called with contexts, edges, and edges that are open."""


def no_progress(*_: int) -> None:
    """Tells nobody."""


def first_size(machine: Machine | PartialMachine) -> tuple[int, int]:
    """About how many contexts and edges a search begins with: those of two symbols."""
    contexts = machine.states * machine.symbols**2
    return contexts, contexts * machine.symbols


def too_large(state: int, contexts: int, edges: int) -> bool:
    """Whether a search over so many contexts and edges, with so many numbers in a state, is too large."""
    return contexts > MOST_CONTEXTS or edges * state**2 > MOST_NUMBERS


@dataclass
class Search:
    """One search.

    Attributes:
        problem: What is to be proved.
        until: The time (`time.monotonic`) to give up the search for a proof at all lengths.
        progress: Called after each round.
        memory: Where the search is kept after each round, and where it goes on if it was.
        regions: The ellipsoids found so far, by context.
        doubt: Called after each round with words along its open steps; the search ends where it finds one that is answered wrongly.
    """

    problem: Problem
    until: float
    progress: Progress = no_progress
    memory: Memory = NO_MEMORY
    regions: dict[Context, Region] = field(default_factory=dict)
    doubt: Doubt = no_doubt

    def __post_init__(self) -> None:
        self.sizes, self.image_shares, self._loops = Sizes(), dict[Context, Array](), dict[tuple[int, int], list[Loop]]()
        self.contexts, self.rounds = Contexts(self.problem.machine), 0
        self.began, self.unfolding_seconds = time.monotonic(), 0.0
        self.slices, self.before_slices, self.is_compared = WHOLE, None, False
        self.last_open = math.inf
        self.contexts.deepened()
        self.contexts.deepened_to(LEAST_CONTEXTS)
        self.many, self.is_again = DEEPER * len(self.contexts.leaves), False
        content = self.memory.read()
        kept = None if content is None else from_bytes(self.problem, content)
        if kept is None:
            self._unfold_start()
        else:
            self.contexts, self.regions, self.rounds = kept.contexts, kept.regions, kept.rounds
            self.slices = SLICES if kept.is_sliced else WHOLE

    def run(self, horizon_until: float = 0.0) -> Outcome | None:
        """A cover for words of any length, if one is found in time; else one for words of some steps, if any.

        The latter is looked for until `horizon_until`. None where there is neither, or where a word is answered wrongly.
        """
        best, fewest = None, None
        while True:
            now = self._better(self.round(self.rounds))
            self.progress(len(now.names), len(now.edges), now.open)
            if self._is_wrong(now):
                return None
            fewest = now if fewest is None or now.open < fewest.open else fewest
            if self._may_unfold(now):
                began = time.monotonic()
                left = min(SHARE_OF_TIME * (self.until - began), MOST_SECONDS)
                best = longer(best, self._unfolded(now, began + left))
                self.unfolding_seconds += time.monotonic() - began
            if best is not None and best.outcome.steps is None:
                return best.outcome
            is_over = time.monotonic() > self.until or too_large(self.problem.program.state, len(now.names), len(now.edges))
            if is_over or not (self._cuts(now) or self._trains_again(now) or self._split(now)):
                given, avoided = (fewest, NONE) if best is None else (best.given, best.avoided)
                last = longer(best, self._unfolded(given, horizon_until, avoided))
                return None if last is None else last.outcome
            self.rounds += 1
            self.memory.write(to_bytes(self.problem, KeptSearch(self.contexts, self.regions, self.rounds, self.slices is SLICES)))

    def _cuts(self, now: Round) -> bool:
        """Whether the same contexts are trained with their ellipsoids in slices: once, where little is open but not ever less."""
        is_falling, self.last_open = now.open <= FEWER * self.last_open, now.open
        if self.before_slices or self.slices is SLICES or is_falling or now.open > FEW_OPEN * len(now.edges):
            return False
        self.before_slices, self.slices = now, SLICES
        return True

    def _better(self, now: Round) -> Round:
        """The round; or the one before slices, if these leave more open than is worth it. Then there are no more slices."""
        before = self.before_slices
        if before is None or self.is_compared:
            return now
        self.is_compared = True
        if now.open <= FEWER * before.open:
            return now
        self.slices = WHOLE
        parts = zip(before.names, before.ellipsoids.center, before.ellipsoids.shape, strict=True)
        self.regions = {context: (center, shape) for context, center, shape in parts}
        return before

    def _may_unfold(self, now: Round) -> bool:
        """Whether little is open, and unfolding did not take more than its share of the time so far; or nothing is open."""
        is_known = now.open > FEW_OPEN * len(now.edges) or now is self.before_slices
        return not now.open or (not is_known and self.unfolding_seconds <= SHARE_OF_TIME * (time.monotonic() - self.began))

    def _is_wrong(self, now: Round) -> bool:
        """Whether a word along the open steps is answered wrongly, the worst first."""
        worst = np.flatnonzero(now.is_open)[np.argsort(-now.found.level[now.is_open])]
        steps = [(now.names[source], symbol) for source, symbol in now.edges[worst, :2].tolist()]
        return bool(steps) and self.doubt(doubtful_words(self.problem.machine, steps))

    def round(self, number: int) -> Round:
        """Trains the ellipsoids of the present contexts, and computes the levels of all steps."""
        self.is_again = self.contexts.leaves == set(self.regions)
        names, edges = self._prepare(number)
        is_new = self.before_slices is not None and not self.is_compared
        self._train(names, edges, LATER if is_new else FINE if self.is_again else LATER if number else FIRST)
        ellipsoids = self._ellipsoids(names)
        shares = self._first_shares(names, edges)
        found = levels_of(self.problem, ellipsoids, edges, shares, slices=self.slices, until=self.until)
        contexts = Contexts(self.problem.machine, set(self.contexts.leaves))
        return Round(contexts, names, ellipsoids, edges, found, ~found.closes(self.problem.eta))

    def _unfolded(self, given: Round, until: float, avoided: frozenset[int] = NONE) -> Unfolded | None:
        """What is found by unfolding the open edges; None if not one step is proved.

        Contexts from which words come to a step that leads nowhere have too large ellipsoids. So they are avoided then: the edges
        that lead to them get images of their own, and what still leads nowhere tells which contexts to avoid, too.
        """
        best = None
        for _ in range(TURNS):
            unfolding = Unfolding(
                self.problem,
                given.contexts,
                list(given.names),
                given.ellipsoids,
                avoided=avoided,
                known_loops=self._loops,
                slices=self.slices,
            )
            unfolding.grow(given.edges, given.found, MOST_CONTEXTS, until)
            checked = unfolding.checked()
            steps, blamed = unfolding.steps(), {number for number in unfolding.blamed() if given.names[number][-1] != START}
            is_small = len(unfolding.depths()) * self.problem.program.state**2 <= MOST_WRITTEN
            if checked and (steps is None or (steps and is_small)):
                outcome = Outcome(exported(self.problem, unfolding, *checked), float(checked[1].margin.min()), steps)
                best = longer(best, Unfolded(outcome, given, avoided))
            is_too_much = len(blamed | avoided) > MOST_AVOIDED * len(given.names)
            if unfolding.is_cut or blamed <= avoided or is_too_much or time.monotonic() > until:
                break
            avoided |= blamed
        return best

    def _unfold_start(self) -> None:
        """Where words stay in the start state by one symbol alone, its contexts reach back until its orbit has converged."""
        machine, start = self.problem.machine, self.problem.machine.start
        loops = [symbol for symbol in range(machine.symbols) if machine.delta[start][symbol] == start]
        returns = any(start in machine.delta[q] for q in range(machine.states) if q != start)
        if returns or len(loops) != 1:
            return
        symbol = loops[0]
        states = orbit(self.problem, self.problem.start, symbol)
        loop = loop_of(self.problem, states[0], symbol, [machine.output[start][symbol]])
        if loop is None or len(loop.centers) > 1:
            return
        end, shape = loop.centers[0], loop.shapes[0]
        far = np.linalg.norm(np.linalg.solve(shape, (states - end).T), axis=0)
        length = next((k for k in CHAIN_LENGTHS if far[k : k + 100].max() < 0.6), None)
        if length is not None:
            self._split_along(repeated(start, symbol, 1), [(symbol, start)] * (length - 2))
            self.contexts.complete()
            self.regions[repeated(start, symbol, length)] = (end, shape)

    def _prepare(self, rounds: int) -> tuple[list[Context], NDArray[np.int64]]:
        """All contexts, those that are trained first, each with an ellipsoid; and the edges with the machine's output."""
        trained, single = self.contexts.ordered()
        self._follow_start()
        missing = [context for context in trained if context not in self.regions]
        if missing:
            states = states_at(self.problem, self.contexts, SAMPLES, seed=rounds)
            for context in missing:
                self.regions[context] = self._first_region(context, states.get(context, np.zeros((0, 1))))
        names = trained + single
        self.regions = {context: self.regions[context] for context in names}
        shapes = self._turned(*(np.array([self.regions[context][part] for context in names]) for part in (0, 1)))
        self.regions = {context: (self.regions[context][0], shape) for context, shape in zip(names, shapes, strict=True)}
        output = self.problem.machine.output
        edges = [(a, symbol, b, output[self.contexts.state(names[a])][symbol]) for a, symbol, b in self.contexts.edges(names)]
        return names, np.array(edges, np.int64)

    def _follow_start(self) -> None:
        """Contexts of single words: the start, and ellipsoids around images of images."""
        size = self.problem.program.state
        self.regions[EMPTY] = self.problem.start, np.zeros((size, size))
        waiting, reached = [EMPTY], {EMPTY}
        while waiting:
            context = waiting.pop()
            for symbol in self.contexts.symbols_after(context):
                after = self.contexts.next(context, symbol)
                if after[-1] == START and after not in reached:
                    image = image_of(self.problem, self.regions[context], symbol)
                    self.regions[after], self.image_shares[after] = image.region, image.shares
                    reached.add(after)
                    waiting.append(after)

    def _first_shares(self, names: list[Context], edges: NDArray[np.int64]) -> Array:
        """The shares with which images hold what they are images of; of other edges NaN."""
        unknown = np.full(self.problem.blocks + 3, np.nan)
        return np.array([self.image_shares.get(names[target], unknown) for target in edges[:, 2]])

    def _first_region(self, context: Context, states: Array) -> Region:
        """Around sampled states; the shape is that of the context before its split, made smaller, where there was one."""
        parent = next((self.regions[name] for name in origins(context, self.regions)), None)
        size = self.problem.program.state
        if len(states) < LEAST_SAMPLES:
            return parent or (np.zeros(size), 0.1 * np.eye(size))
        center, shape = around(states)
        if parent is None:
            return center, shape
        farthest = np.linalg.norm(np.linalg.solve(parent[1], (states - center).T), axis=0).max()
        return center, parent[1] * min(1.0, 1.3 * farthest + 0.3)

    def _ellipsoids(self, names: list[Context]) -> Ellipsoids:
        center, shape = (np.array([self.regions[context][part] for context in names]) for part in (0, 1))
        images = np.array([context[-1] == START for context in names])  # they share out that room alike
        return Ellipsoids(center, shape, np.where(images[:, None], 1.0, spread_of(shape)))

    def _train(self, names: list[Context], edges: NDArray[np.int64], schedule: Schedule) -> None:
        """Trains the contexts of words of any length, if there are any."""
        count = sum(context[-1] != START for context in names)
        if not count:
            return
        regions, inner = self._ellipsoids(names), edges[edges[:, 2] < count]
        given, fixed = ((regions.center[part], regions.shape[part]) for part in (slice(count), slice(count, None)))
        center, shape = trained(self.problem, given, fixed, inner, self.sizes, schedule, self.until, self.slices)
        for context, own_center, own_shape in zip(names, center, self._turned(center, shape), strict=False):
            self.regions[context] = own_center, own_shape

    def _turned(self, center: Array, shape: Array) -> Array:
        """The shapes with their most important columns first. With slices they stay: the first column is the one that is cut."""
        return shape if self.slices is SLICES else ordered(self.problem, center, shape)

    def _trains_again(self, now: Round) -> bool:
        """Whether the same contexts are trained once more: if they are many, and this was their first training."""
        return len(now.names) >= self.many and not self.is_again

    def _split(self, now: Round) -> bool:
        """Splits what does not close; where that is much, or was tried before, all contexts. False if nothing was split."""
        much = (SOME_OPEN if self.rounds >= SOME_ROUNDS else MUCH_OPEN) * len(now.edges)
        open_elsewhere = sum(not period_of(now.names[target]) for target in now.edges[now.is_open, 2].tolist())
        if len(now.names) < self.many and open_elsewhere > much:
            self._split_with_groups(now.names)
        else:
            self._split_worst(now)
        return self.contexts.leaves != now.contexts.leaves

    def _split_worst(self, now: Round) -> None:
        """Splits targets whose centers misfit and sources whose images are too large, of the worst edges first."""
        scores: dict[Context, float] = {}
        names, edges, found, right = now.names, now.edges, now.found, now.found.right(self.problem.eta)
        bad = (found.level > min(GOOD, 0.97 * found.level.max())) | ~right
        for number in np.flatnonzero(bad):
            source, _, target, _ = edges[number]
            shares, level = found.shares[number], float(found.level[number])
            if names[target][-1] != START and (shares[0] > 0.35 or names[source][-1] == START):
                scores[names[target]] = max(scores.get(names[target], 0.0), level)
            if names[source][-1] != START and (shares[1:].sum() > 0.45 or not right[number]):
                scores[names[source]] = max(scores.get(names[source], 0.0), level)
        chosen = sorted(scores, key=lambda each: -scores[each])[: max(6, int(0.08 * len(names)))]
        chosen += dict.fromkeys(after for context in chosen for after in self._further(context) if after not in chosen)
        groups = self._split_with_groups(chosen)
        for context in filter(period_of, chosen):
            self._split_along(context, repetitions(context), groups.get(context, ()) if is_repeating(context) else ())
        self.contexts.complete()

    def _further(self, context: Context) -> list[Context]:
        """The next contexts of a word that ends in a repeated symbol, under that symbol: what is told apart soon meets there."""
        found, symbol = list[Context](), context[1]
        while context[1:3] == (symbol,) * 2 and len(found) < FURTHER and symbol in self.contexts.symbols_after(context):
            context = self.contexts.next(context, symbol)
            if context[-1] == START or is_repeating(context):
                break
            found.append(context)
        return found

    def _split_with_groups(self, chosen: Sequence[Context]) -> Groups:
        """Splits these contexts. Older symbols after which states are near each other stay together."""
        groups = groups_of(self.problem, self.contexts, chosen, self.regions, seed=self.rounds)
        for context in chosen:
            self.contexts.split(context, groups.get(context, ()))
        self.contexts.complete()
        return groups

    def _split_along(self, context: Context, older: Iterable[Context], groups: Iterable[Sequence[int]] = ()) -> None:
        """Splits what a context becomes with older symbols, each with the state in which it was read."""
        for pair in older:
            context += pair
            self.contexts.split(context[:-1])
            self.contexts.split(context, groups)


def repetitions(context: Context) -> Iterable[Context]:
    """What a context that repeats itself becomes as it goes on, until it is about twice as long: symbols with their states."""
    oldest = context[-2 * period_of(context) :]
    pairs = [oldest[k : k + 2] for k in range(0, len(oldest), 2)]
    return islice(cycle(pairs), max(REPEATED, len(context) // 2))
