"""How near to a wrong answer the nets come that `benchmarks.plain_nets` left open. Writes `docs/results/least-margins.json`.

    python -m benchmarks.least_margins [--seconds 30]

An attack keeps the states that lie furthest in many directions, and goes on from these under each symbol, for as long as states
further out are met. The first directions are random, as the states scatter. To these come directions in which states on the way to
the least margins would lower them. The least margin (the right logit less the largest other one) and its word are written down.
"""

import argparse
import time
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from anylength.nets import Net
from anylength.ops.jax_arrays import jax_arrays
from anylength.records.verdicts import PROVED_UP_TO, UNKNOWN
from anylength.rules import Task, task_named
from anylength.verification.refutation import TimeBudget, Word, replay
from anylength.verification.refutation.frontier import Frontier, concatenated
from anylength.verification.refutation.search import Search
from anylength.verification.refutation.simulator import Simulator
from benchmarks import plain_nets
from benchmarks.plain_nets import KINDS
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "least-margins.json"

DIRECTIONS, FURTHER = 2_000, 2_000
"""Directions by chance for each state of the machine, and directions from margins: the latest ones."""

FIRST_STEPS, FIRST_STATES = 30, 400
"""Steps of the first words, by chance, and how many are followed."""

FURTHEST_BY = 2e-3
"""How much further out a state has to be, where states scatter by 1."""

MOST_STEPS, MOST_STATES, FEW = 40, 6_000, 0.005
"""Steps before directions are added, states that are gone on from, and the share of directions whose new states are too few."""

LOW, KEPT_LOW, ALIKE = 128, 3_000, 6
"""Words of which directions are taken, low ones that are kept, and how many may have the same last three symbols."""

BACK = 14
"""Steps before the least margin of which directions are taken."""

SAME = 0.99
"""The cosine of directions that are the same."""

Array = NDArray[np.floating]


@dataclass
class Furthest:
    """The furthest states for one state of the machine.

    Attributes:
        directions: `[K, D]`.
        reached: `[K]` how far out they lie.
        states: `[D, K]` the net's.
        nodes: `[K]` the words.
    """

    directions: Array
    reached: Array
    states: Array
    nodes: NDArray[np.int64]

    def update(self, states: Array, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Takes the states `[D, B]` that are further out; the numbers of their directions."""
        if not len(nodes):
            return np.zeros(0, np.int64)
        far = self.directions @ states
        best = far.argmax(axis=1)
        reached = far[np.arange(len(best)), best]
        further = np.flatnonzero(reached > self.reached + np.where(np.isfinite(self.reached), FURTHEST_BY, 0.0))
        self.reached[further], self.nodes[further] = reached[further], nodes[best[further]]
        self.states[:, further] = states[:, best[further]]
        return further

    def add(self, directions: Array, metric: Array) -> None:
        """Adds directions `[N, D]` that are new. The latest `FURTHER` of these are kept beside the first ones."""
        known = self.directions[DIRECTIONS:] @ metric
        fresh = list[Array]()
        for direction, measured in zip(directions, directions @ metric, strict=True):
            if not len(known) or (known @ measured).max() < SAME:
                known = np.concatenate([known, measured[None]])
                fresh.append(direction)
        if not fresh:
            return
        later = np.concatenate([self.directions[DIRECTIONS:], fresh])[-FURTHER:]
        self.directions = np.concatenate([self.directions[:DIRECTIONS], later]).astype(np.float32)
        far = self.directions @ self.states
        best = far.argmax(axis=1)
        self.reached, self.states, self.nodes = far[np.arange(len(best)), best], self.states[:, best], self.nodes[best]


@dataclass
class Attack:
    """An attack on a net.

    Attributes:
        net: The net.
        task: Its task.
        search: The simulator, and the words.
        low: The least margins so far with their words, the least first.
        wrong: A wrong word, if one is found.
        met: How many states were met.
        taken: The words that directions were taken of.
    """

    net: Net
    task: Task
    search: Search
    low: list[tuple[float, int]] = field(default_factory=list)
    wrong: Word | None = None
    met: int = 0
    taken: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Runs until its time is spent, nothing new is met, or a wrong word is found."""
        rng, first = np.random.default_rng(0), self._first()
        scatter = np.cov(first.states.astype(np.float64)) + 1e-9 * np.eye(len(first.states))
        metric = np.linalg.cholesky(scatter)
        furthest = [_by_chance(rng, metric) for _ in range(self.search.simulator.machine.states)]
        changed = self._update(furthest, first)
        while not self.search.budget.spent and self.wrong is None:
            for _ in range(MOST_STEPS):
                if self.search.budget.spent or self.wrong is not None or sum(map(len, changed)) <= FEW * DIRECTIONS:
                    break
                changed = self._update(furthest, self._after(_chosen(furthest, changed, rng)))
            words = self._lowest()
            if not words:
                return
            for state, directions in enumerate(self._towards(words, scatter)):
                if len(directions):
                    furthest[state].add(directions, metric)
            changed = [np.arange(len(each.nodes)) for each in furthest]

    def _first(self) -> Frontier:
        """States that words by chance lead to."""
        rng, layers = np.random.default_rng(0), [self.search.roots()]
        for _ in range(FIRST_STEPS):
            after = self._after(layers[-1])
            layers.append(after.take(np.sort(rng.permutation(len(after))[:FIRST_STATES])))
        return concatenated([*layers[:1], *layers[FIRST_STEPS // 2 :]])

    def _after(self, frontier: Frontier) -> Frontier:
        """All states after one more symbol. Their margins are written down, and wrong answers replayed."""
        simulator, tree, found = self.search.simulator, self.search.tree, [frontier.empty()]
        for part, children in simulator.chunks(frontier):
            parents, symbols = np.tile(part.nodes, simulator.symbols), np.repeat(np.arange(simulator.symbols), len(part))
            nodes, self.met = tree.extend(parents, symbols), self.met + len(parents)
            for column in children.wrong[:1]:
                self.wrong = self.wrong or replay(self.net, self.task.machine, tree.word(int(nodes[column])))
            least = np.argsort(children.margins)[: LOW // 2]
            self.low += zip(children.margins[least].tolist(), nodes[least].tolist(), strict=True)
            found.append(Frontier(children.states, children.machine_states, nodes))
        self.low = sorted(set(self.low))[:KEPT_LOW]
        return concatenated(found)

    def _update(self, furthest: list[Furthest], frontier: Frontier) -> list[NDArray[np.int64]]:
        parts = (np.flatnonzero(frontier.machine_states == state) for state in range(len(furthest)))
        return [each.update(frontier.states[:, part], frontier.nodes[part]) for each, part in zip(furthest, parts, strict=True)]

    def _lowest(self) -> list[Word]:
        """Words with the least margins that were not looked at before, few of which end alike."""
        alike, chosen = dict[Word, int](), list[Word]()
        for _, node in (each for each in self.low if each[1] not in self.taken):
            word = self.search.tree.word(node)
            alike[word[-3:]] = alike.get(word[-3:], 0) + 1
            if alike[word[-3:]] <= ALIKE:
                self.taken.add(node)
                chosen.append(word)
            if len(chosen) == LOW:
                break
        return chosen

    def _towards(self, words: list[Word], scatter: Array) -> list[Array]:
        """For each state of the machine the directions in which states on the way would lower the margins."""
        simulator, size = self.search.simulator, len(scatter)
        starts, symbols = np.zeros((LOW, size), np.float32), np.zeros((LOW, BACK), np.int32)
        is_read, machine_states, right = np.zeros((LOW, BACK), bool), np.zeros((LOW, BACK), np.int64), np.zeros(LOW, np.int32)
        for row, word in enumerate(words):
            tail, (states, passed) = word[-BACK:], simulator.trace(word)
            part, first = slice(BACK - len(tail), BACK), len(word) - len(tail)
            starts[row], symbols[row, part], is_read[row, part] = states[:, first], tail, True
            machine_states[row, part], right[row] = passed[first:-1], simulator.machine.output[passed[-2]][word[-1]]
        slopes = -np.asarray(_slopes(self.net, simulator._alphabet, starts, symbols, is_read, right), np.float64)
        sizes = np.sqrt(np.einsum("wti,ij,wtj->wt", slopes, scatter, slopes))
        usable = is_read & np.isfinite(sizes) & (sizes > 1e-12)
        return [
            slopes[own] / sizes[own][:, None] for own in (usable & (machine_states == q) for q in range(simulator.machine.states))
        ]


def _by_chance(rng: np.random.Generator, metric: Array) -> Furthest:
    """Directions by chance, in which the states scatter by 1."""
    white = np.linalg.solve(metric.T, rng.normal(size=(len(metric), DIRECTIONS)))
    directions = (white / np.linalg.norm(metric.T @ white, axis=0)).T.astype(np.float32)
    empty = np.zeros((len(metric), DIRECTIONS), np.float32)
    return Furthest(directions, np.full(DIRECTIONS, -np.inf, np.float32), empty, np.zeros(DIRECTIONS, np.int64))


def _chosen(furthest: list[Furthest], changed: list[NDArray[np.int64]], rng: np.random.Generator) -> Frontier:
    """The states that are new, each once."""
    parts = list[Frontier]()
    for state, (each, numbers) in enumerate(zip(furthest, changed, strict=True)):
        _, first = np.unique(each.nodes[numbers], return_index=True)
        own = numbers[first]
        parts.append(Frontier(each.states[:, own], np.full(len(own), state), each.nodes[own]))
    every = concatenated(parts)
    return every.take(np.sort(rng.permutation(len(every))[:MOST_STATES]))


@jax.jit
def _slopes(net: Net, alphabet: Any, starts: Any, symbols: Any, is_read: Any, right: Any) -> jax.Array:
    """The gradients `[W, T, D]` of margins of words' ends by the states before each of their symbols."""

    def margin(moved: jax.Array, start: jax.Array, word: jax.Array, reads: jax.Array, answer: jax.Array) -> jax.Array:
        def step(state: jax.Array, given: tuple[jax.Array, ...]) -> tuple[jax.Array, None]:
            move, symbol, is_one = given
            state = state + move
            after = net.cell.step(jax_arrays, alphabet[:, symbol][:, None], state[:, None])[:, 0]
            return jnp.where(is_one, after, state), None

        end, _ = jax.lax.scan(step, start, (moved, word, reads))
        logits = net.readout(end[:, None], jax_arrays)[:, 0]
        return logits[answer] - jnp.max(jnp.where(jnp.arange(len(logits)) == answer, -jnp.inf, logits))

    still = jnp.zeros((*symbols.shape, starts.shape[1]), jnp.float32)
    return jax.vmap(jax.grad(margin))(still, starts, symbols, is_read, right)


def least_margin(net: Net, task: Task, seconds: float) -> dict[str, Any]:
    """The least margin that is found, its word as the net reads it, and how many states were met; or a wrong word."""
    attack = Attack(net, task, Search(Simulator(net, task.machine), TimeBudget(seconds)))
    with np.errstate(all="ignore"):
        attack.run()
    (margin, node), *_ = attack.low
    word = attack.search.tree.word(node)
    found = {"margin": margin, "symbols": len(word), "word": "".join(map(str, word)), "states": attack.met}
    return found | ({} if attack.wrong is None else {"wrong": "".join(map(str, attack.wrong))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0, help="seconds for a net")
    options = parser.parse_args()
    recorded, nets = read_parts(plain_nets.FILE)["parts"], list[dict[str, Any]]()
    for name, kind in KINDS.items():
        open_nets = [net for net in recorded.get(name, {"nets": []})["nets"] if net["verdict"] in (PROVED_UP_TO, UNKNOWN)]
        for one in open_nets:
            started, task = time.perf_counter(), task_named(kind.task)
            found = least_margin(kind.net(one["seed"]), task, options.seconds)
            about = {"kind": name, "seed": one["seed"], "horizon": one.get("horizon"), "seconds": time.perf_counter() - started}
            nets.append(about | found)
            print(nets[-1], flush=True)
    save_part(FILE, "open", {"seconds": options.seconds, "nets": nets})


if __name__ == "__main__":
    main()
