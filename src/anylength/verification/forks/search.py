"""The search for a cover with forks: move nodes, look what is open, add nodes where images or states lie in none, and again.

It begins with the endings of words, as the search without forks does, and with nodes for what other states long runs lead to. It is
for nets whose cells keep what they are in for long, so that endings do not tell their states apart (decision 0083). It takes hours.
"""

import time
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anylength.machines import Machine
from anylength.verification.ellipsoids.contexts import Contexts
from anylength.verification.ellipsoids.kept import NO_MEMORY, Memory
from anylength.verification.ellipsoids.outcomes import Outcome
from anylength.verification.ellipsoids.problem import Array, Problem
from anylength.verification.ellipsoids.regions import around
from anylength.verification.ellipsoids.samples import SAMPLES, states_at
from anylength.verification.ellipsoids.search import LEAST_SAMPLES, Progress, no_progress
from anylength.verification.forks.confirming import confirmed
from anylength.verification.forks.cover import ForkedCover
from anylength.verification.forks.exported import exported
from anylength.verification.forks.finishing import finish
from anylength.verification.forks.found import CLOSED, WITHOUT, Found, numbers_of
from anylength.verification.forks.growth import far_images, nodes_for_states
from anylength.verification.forks.held import Held, assigned
from anylength.verification.forks.joining import join
from anylength.verification.forks.kept import KeptForks, from_bytes, step_of_pieces, to_bytes
from anylength.verification.forks.kinds import Kinds
from anylength.verification.forks.newton import AT_FIRST, AT_LAST, Newton, near_open
from anylength.verification.forks.nodes import Nodes
from anylength.verification.forks.pieces import Pieces, in_units
from anylength.verification.forks.reshaping import stretch
from anylength.verification.forks.sampling import sampled_states
from anylength.verification.forks.slicing import deepen
from anylength.verification.forks.training import Optimised, train

ENDINGS = 1_000
"""A search begins with so many endings, or more."""

FADING = 0.8
"""What is left after a training of `Plan.nearly`."""

FAR_IMAGE = 0.05
"""Images whose levels have larger logarithms get nodes of their own."""

FEW = 0.03
"""With a smaller share of the steps open they are followed, and Newton's steps aim at what they do at last."""


FEWER = 0.005
"""With a smaller share of the steps open only nodes near these move."""


@dataclass(frozen=True)
class Plan:
    """How a search goes.

    Attributes:
        endings: How many endings it begins with, at least.
        first_updates: Updates of the training of whole ellipsoids, before there are others.
        first_rate: Its largest rate.
        for_states: How many nodes are added for sampled states at a time, at most.
        updates: Updates of each later training.
        rate: The largest rate of these.
        halved: After how many trainings it is half as large.
        least_rate: The least of these rates.
        for_images: How many nodes are added after a training, at most.
        every: After how many trainings.
        few: With a smaller share of the steps open, steps of Newton's method take the place of updates.
        newton: How many of them.
        nearly: At first a step is cut in more slices only if the logarithm of its level is above this, and later above less.
    """

    endings: int = ENDINGS
    first_updates: int = 300
    first_rate: float = 0.02
    for_states: int = 400
    updates: int = 150
    rate: float = 0.006
    halved: int = 12
    least_rate: float = 3e-4
    for_images: int = 60
    every: int = 1
    few: float = 0.3
    newton: int = 4
    nearly: float = 0.03


DEFAULT = Plan()


@dataclass
class ForkSearch:
    """One search.

    Attributes:
        problem: What is to be proved, of all words.
        until: The time (`time.monotonic`) to give up.
        plan: How it goes.
        progress: Called after each evaluation.
        memory: Where the search is kept after each training, and where it goes on if it was.
        cover: What is trained; None before the search begins.
    """

    problem: Problem
    until: float
    plan: Plan = field(default_factory=Plan)
    progress: Progress = no_progress
    memory: Memory = NO_MEMORY
    cover: ForkedCover | None = None

    def __post_init__(self) -> None:
        self.optimised, self.before, self.rounds, self.is_joined = Optimised(), 0, 0, False

    def run(self, horizon_until: float = 0.0) -> Outcome | None:
        """A cover of which all pieces close; None if none is found in time. It is never about words of some steps."""
        cover = self.cover = self.cover or self._kept() or self._begun()
        cover.set_problem(self.problem)
        while True:
            cover.evaluate_reached(self.nearly)
            deepen(cover)
            self._want(cover)
            if self._is_nearly_closed(cover):
                finish(cover)
                self._want(cover)
            self._tell(cover)
            if cover.is_closed:
                outcome = self._outcome(cover)
                if outcome is not None:
                    return outcome
            if time.monotonic() > self.until:
                return None
            if self.rounds and self.rounds % self.plan.every == 0 and cover.open_steps.size:
                self._grow(cover)
            self._improve(cover)
            self.rounds, self.before = self.rounds + 1, 0
            self._keep(cover)

    @property
    def nearly(self) -> float:
        """The logarithm of the level above which a step is cut."""
        return max(self.plan.nearly * FADING**self.rounds, CLOSED)

    def _begun(self) -> ForkedCover:
        """Trained endings, and nodes for what other states samples are in."""
        cover = self.cover = self._endings()
        cover.evaluate(np.arange(len(cover.steps)), cuts=())
        self._tell(cover)
        train(cover, self.optimised, self._held(cover), self.plan.first_updates, self.plan.first_rate, self.until)
        self._add_for_states(cover)
        return cover

    @cached_property
    def states(self) -> tuple[Array, NDArray[np.int64]]:
        """Sampled states `[n, D]`, and the kinds of their words."""
        return sampled_states(self.problem, self._kinds(), seed=0)

    def _improve(self, cover: ForkedCover) -> None:
        """Moves all nodes: by training, or by Newton's method if few steps are open."""
        if len(cover.open_steps) < self.plan.few * len(cover.steps):
            aim = AT_LAST if self._is_nearly_closed(cover) else AT_FIRST
            free = near_open(cover) if len(cover.open_steps) < FEWER * len(cover.steps) else None
            newton, self.optimised = Newton(cover, self._held(cover), self.until, aim, free), Optimised()
            if newton.steps(self.plan.newton):
                return
        rate = max(self.plan.rate * 0.5 ** (self.rounds / self.plan.halved), self.plan.least_rate)
        train(cover, self.optimised, self._held(cover), self.plan.updates, rate, self.until, self.before)

    def _is_nearly_closed(self, cover: ForkedCover) -> bool:
        return len(cover.open_steps) < FEW * len(cover.steps)

    def _held(self, cover: ForkedCover) -> Held:
        """Sampled states with the nodes that are nearest."""
        return assigned(cover.nodes, *self.states)

    def _want(self, cover: ForkedCover) -> None:
        """Makes the nodes matter that hold sampled states, or nearly, which none holds that the start leads to."""
        states, kinds = self.states
        _, far = cover.nodes.at(cover.led_to(np.array([0]))).nearest(states, kinds, 1)
        left = far[:, 0] > 1
        near, _ = cover.nodes.nearest(states[left], kinds[left], 1)
        cover.wanted = np.unique(near[near >= 0])

    def _add_for_states(self, cover: ForkedCover) -> NDArray[np.int64]:
        """Adds nodes for sampled states that none holds. The numbers of their steps."""
        states, kinds = self.states
        near, far = cover.nodes.nearest(states, kinds, 1)
        left = (far[:, 0] > 1) & (near[:, 0] >= 0)
        most = self.plan.for_states
        return cover.add(nodes_for_states(self.problem, cover.nodes, states[left], kinds[left], near[left, 0], most))

    def _kept(self) -> ForkedCover | None:
        """The cover of a search that was not finished."""
        kinds = self._kinds()
        kept = from_bytes(self.problem, len(kinds.pairs), self.memory.read())
        if kept is None:
            return None
        self.rounds, self.is_joined, cover = kept.trainings, kept.is_joined, ForkedCover(self.problem, kinds, kept.nodes)
        fits = kinds.after[kept.nodes.kind] == kept.nodes.kind[kept.targets]
        cover.steps[:, 2] = np.where(fits, kept.targets, cover.steps[:, 2].reshape(fits.shape)).ravel()
        steps = step_of_pieces(kept.counts)
        source, symbol, _, answer = cover.steps[steps].T
        pieces = Pieces(source, symbol, kept.branches.copy(), answer, in_units(kept.directions).astype(np.float32), kept.slices)
        logits, unknown = (kept.logits[0].copy(), kept.logits[1].copy()), np.full(len(steps), WITHOUT)
        cover.found = Found(steps, pieces, logits, unknown, -unknown)
        return cover

    def _keep(self, cover: ForkedCover) -> None:
        """Keeps what a next search goes on from."""
        assert cover.found is not None
        symbols, found = self.problem.machine.symbols, cover.found.at(np.argsort(cover.found.step, kind="stable"))
        counts, targets = (part.reshape(-1, symbols) for part in (np.bincount(found.step), cover.steps[:, 2]))
        pieces = found.pieces
        kept = KeptForks(
            cover.nodes, targets, counts, pieces.target, pieces.slice, pieces.direction, found.logits, self.rounds, self.is_joined
        )
        self.memory.write(to_bytes(self.problem, kept))

    def _kinds(self) -> Kinds:
        assert isinstance(self.problem.machine, Machine)
        return Kinds(self.problem.machine)

    def _outcome(self, cover: ForkedCover) -> Outcome | None:
        """The cover in whole numbers; None if some of its pieces do not close then: they are trained again."""
        assert cover.found is not None
        cover.wanted = cover.wanted[:0]
        if not self.is_joined:
            join(cover)
            self.is_joined = True
            self._keep(cover)
        own = confirmed(cover)
        if own.closes(self.problem.eta)[cover.matters].all():
            return Outcome(exported(cover, own), float(own.margin[cover.matters].min()), None)
        cover.found.level, cover.found.margin = numbers_of(np.log(own.level), own.margin)
        return None

    def _tell(self, cover: ForkedCover) -> None:
        self.progress(len(cover.nodes), len(cover.steps), len(cover.open_steps))

    def _endings(self) -> ForkedCover:
        """The start, and an ellipsoid for each ending, around sampled states."""
        size, kinds, contexts = self.problem.program.state, self._kinds(), Contexts(self.problem.machine)
        contexts.deepened_to(self.plan.endings)
        samples = states_at(self.problem, contexts, SAMPLES, seed=0)
        numbers = {pair: number for number, pair in enumerate(kinds.pairs)}
        own = [(self.problem.own_start, np.zeros((size, size)), 0)]
        for context in contexts.ordered()[0]:
            states = samples.get(context, np.zeros((0, size)))
            if len(states) >= LEAST_SAMPLES:
                own.append((*around(states), numbers[contexts.state(context), context[1]]))
        return ForkedCover(self.problem, kinds, Nodes(*(np.array(part) for part in zip(*own, strict=True))))

    def _grow(self, cover: ForkedCover) -> None:
        """Leaves out what is not reached; adds nodes around sampled states that none holds, and around images that are far out."""
        self.optimised.keep(cover.prune())
        self.before = len(cover.nodes)
        if self._is_nearly_closed(cover):
            stretch(cover, *self.states)
        cover.evaluate(self._add_for_states(cover), self.nearly)
        rows, found = cover.open_pieces, cover.found
        assert found is not None
        rows = rows[(found.level[rows] > FAR_IMAGE) & (found.level[rows] < WITHOUT)]
        if rows.size:
            pieces = found.pieces.at(rows)
            far = far_images(cover.nodes, pieces.target, cover.middles(pieces), found.level[rows], self.plan.for_images)
            cover.evaluate(cover.add(cover.around_images(rows[far])), self.nearly)
        cover.retarget(cover.open_pieces)
        deepen(cover)
        self._want(cover)
        self._tell(cover)
