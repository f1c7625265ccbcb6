"""The recipe `unrolled`: the worst case over the prover's own boxes, step after step from the start.

Half of the loss is cross-entropy; the other half is its worst case over boxes of states, by interval bound propagation (Gowal et
al. 2018). The loss unrolls some steps of the prover's iteration, with one box for each machine state. Noise ρ widens the boxes at
every step. Given nets are hardened by it. From random weights `certified` is better, but for nets of very few units.
`docs/research-log/recipes.md` gives the trials behind the numbers.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.base import Tensor, pytree
from anylength.cells import CellKind, NamedCell
from anylength.nets import AbstractGrid, Net, logits_and_states
from anylength.records.runs import LearnsFrom
from anylength.rules import Machine, Task
from anylength.training.drawing import drawn_cell
from anylength.training.optimisation import cross_entropy, noise_direction, orthogonal, scheduled_adam, smoothed
from anylength.training.recipe import AbstractRecipe, Loss, TrainState
from anylength.training.worst_case import leakage, machine_boxes, worst_cross_entropy


@dataclasses.dataclass(frozen=True)
class Unrolled(AbstractRecipe):
    """Training with bounds on all states that a net can reach.

    Attributes:
        noise: Largest state noise ρ, in units of the state.
        batch: Words in an update.
        steps: Number of leading digits of every word to train on.
        learning_rate: Adam's peak learning rate.
        clip: Largest norm of the gradient.
        ramp: Shortest time in which ρ rises from 0 to `noise`, as a fraction of the run.
        error_threshold: ρ rises while the smoothed verified error is below this, and falls while it is above twice this.
        worst_weight: Weight w of the worst case in the loss.
        power: Exponent of the power mean over boxes.
        depth: Steps of the prover's iteration inside the loss.
        box_warmup: Shortest time in which the boxes grow from points to full size before ρ rises, in units of the time that ρ
            takes to rise. 0: full size from the start.
        state_weight: Weight of the state head's loss. The state head is extra rows of the read-out that predict the machine's next
            state, on words and on boxes; it is removed after training. 0: no state head.
        updates: Updates in an epoch. Examples are drawn with replacement, so an epoch is not a pass over the data.
        warm_up: Fraction of the run in which the learning rate rises.
        gain: Scale of the initial input and read-out weights.
        forget_bias: Initial bias of the gate that retains the state, in cells that have one. Below 0 the gate starts closed.
        closure: Weight of `leakage`. Without it a gate may hold the state by passing it on as it is, and boxes then add up the
            noise of all steps.
        grid: The values that a weight may have; None: all. The loss is that of the rounded net, and the gradient passes the
            rounding unchanged: the straight-through estimator (Bengio, Léonard & Courville 2013, arXiv 1308.3432).
    """

    name: str
    summary: str
    epochs: int
    noise: float
    hidden: int = 16
    batch: int = 32
    steps: int = 4
    learning_rate: float = 0.02
    clip: float = 1.0
    ramp: float = 0.5
    error_threshold: float = 0.01
    worst_weight: float = 0.5
    power: float = 2.0
    depth: int = 5
    box_warmup: float = 0.0
    state_weight: float = 0.0
    updates: int = 100
    warm_up: float = 0.05
    gain: float = 1.0
    forget_bias: float = -1.0
    closure: float = 0.0
    grid: AbstractGrid | None = None

    reads_machine: ClassVar[bool] = True

    @property
    def learns_from(self) -> LearnsFrom:
        """Words and the machine."""
        return "both"

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> Net:
        """Orthogonal recurrent matrices, gate by gate; other weights normal with variance gain²/H; biases 0 or `forget_bias`."""
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: self._layer(rng, part.kind, part.encoded, hidden))
        rows = task.classes + (task.machine.states if self.state_weight else 0)
        weight = _normal(rng, (rows, hidden), hidden, self.gain)
        return Net(drawn, weight, np.zeros(rows, np.float32), base=task.letters, tapes=task.tapes)

    def _layer(self, rng: np.random.Generator, kind: type[NamedCell], encoded: int, hidden: int) -> dict[str, np.ndarray]:
        """The tensors of one layer that reads E = `encoded` rows."""
        named = {}
        for name, shape in kind.shapes(encoded, hidden).items():
            if name == "weight_hh":
                named[name] = np.concatenate([orthogonal(rng, hidden).astype(np.float32) for _ in range(shape[0] // hidden)])
            else:
                named[name] = _normal(rng, shape, hidden, self.gain) if len(shape) > 1 else np.zeros(shape, np.float32)
        retention = kind.retention(hidden)
        if retention is not None:
            named["bias"][retention.rows] = retention.sign * self.forget_bias
        return named

    def result(self, state: TrainState, machine: Machine | None) -> Any:
        """The net without its state head, on the grid."""
        net = self._without_state_head(state.net, machine)
        return net if self.grid is None else self.grid.nearest_net(net)

    def _without_state_head(self, net: Any, machine: Machine | None) -> Any:
        if not self.state_weight or machine is None:
            return net
        return _readout_rows(net, slice(0, net.weight.shape[-2] - machine.states))

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with gradient clipping, a linear warm-up and a cosine decay."""
        return scheduled_adam(self.learning_rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def loss(
        self, net: Net, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """(1 − w)·CE + w·(worst-case CE at noise ρ). The schedule state holds ρ and moves it."""
        assert machine is not None
        net = net if self.grid is None else straight_through(net, self.grid)
        symbols, targets = symbols[: self.steps], targets[: self.steps]
        outputs, states = logits_and_states(net, symbols)
        without_aux = self._without_state_head(net, machine)
        boxes, answers, next_states = machine_boxes(net, machine, *self._noise_and_scale(schedule_state), self.depth)
        worst, error = worst_cross_entropy(without_aux, boxes, answers, self.power)
        loss = self._weighted(cross_entropy(outputs[:, : without_aux.classes], targets), worst)
        if self.closure:
            loss = loss + self.closure * leakage(net, states, symbols)
        if self.state_weight:
            state_head = _readout_rows(net, slice(without_aux.classes, None))
            on_words = cross_entropy(outputs[:, without_aux.classes :], _states_along(machine, symbols))
            on_boxes, _ = worst_cross_entropy(state_head, boxes, jnp.asarray(next_states), self.power)
            loss = loss + self.state_weight * self._weighted(on_words, on_boxes)
        return loss, self._next_noise(schedule_state, error)

    def _weighted(self, mean: Any, worst: Any) -> Any:
        """(1 − w)·mean + w·worst."""
        return (1 - self.worst_weight) * mean + self.worst_weight * worst

    def _next_noise(self, state: "NoiseState", error: Float[Array, ""]) -> "NoiseState":
        """The noise after one more update: it rises while the verified error is low and falls while it is high."""
        mean = smoothed(state.error, error)
        direction = noise_direction(mean, self.error_threshold)
        pace = self.noise / (self.ramp * self.epochs * self.updates)
        return NoiseState(jnp.clip(state.noise + direction * pace, -self.box_warmup * self.noise, self.noise), mean)

    def _noise_and_scale(self, state: "NoiseState") -> tuple[Any, Any]:
        """The noise, and the factor of the joined boxes' radius (None: full size)."""
        if not self.box_warmup:
            return state.noise, None
        return jnp.maximum(state.noise, 0.0), 1.0 + jnp.minimum(state.noise, 0.0) / (self.box_warmup * self.noise)

    def schedule_state(self, net: Any, task: Task) -> Any:
        """No noise yet (or the start of the box warm-up), and a verified error of 1."""
        del net, task
        return NoiseState(np.float32(-self.box_warmup * self.noise), np.float32(1))


@pytree
@dataclasses.dataclass(frozen=True)
class NoiseState:
    """The state of the noise schedule.

    Attributes:
        noise: The state noise ρ. Below zero during the box warm-up: it then rises to 0 as the boxes grow to full size.
        error: The smoothed verified error, a fraction of the boxes.
    """

    noise: Any
    error: Any


def _readout_rows(net: Net, rows: slice) -> Net:
    """The net with some rows of its read-out. Rows are the second last axis, so it works on stacked nets too."""
    return dataclasses.replace(net, weight=net.weight[..., rows, :], bias=net.bias[..., rows])


def straight_through(net: Net, grid: AbstractGrid) -> Net:
    """The net with its weights rounded to a grid, with the gradient of the unrounded ones."""

    def rounded(value: Tensor) -> Float[Array, "..."]:
        return lax.stop_gradient(grid.nearest(jnp.asarray(value))) + (value - lax.stop_gradient(value))

    return jax.tree.map(rounded, net)


def _states_along(machine: Machine, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
    """The machine's state after every step of the words."""
    delta = jnp.asarray(machine.delta)

    def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
        state = delta[state, symbol]
        return state, state

    return lax.scan(advance, jnp.full(symbols.shape[1], machine.start), symbols)[1]


def _normal(rng: np.random.Generator, shape: tuple[int, ...], hidden: int, gain: float) -> np.ndarray:
    """Normal numbers with variance gain²/H."""
    return (rng.normal(size=shape) * gain * hidden**-0.5).astype(np.float32)


UNROLLED = Unrolled(
    name="unrolled",
    summary="knows the task's machine: worst-case loss over the prover's own boxes, some steps of its iteration",
    epochs=15,
    noise=0.2,
)
HARDEN = dataclasses.replace(UNROLLED, name="harden", learning_rate=0.003, noise=0.1, epochs=200, updates=10, warm_up=0.02)
"""From given weights, in small steps: a low learning rate keeps them close, and short epochs let the prover try often."""

TUNE = dataclasses.replace(HARDEN, name="tune", learning_rate=0.02, noise=0.02, worst_weight=0.2)
"""The same for weights on a coarse grid: larger steps, because grid points are far apart, and less noise to leave room for them."""

HARDENING: Mapping[str, Unrolled] = {recipe.name: recipe for recipe in (HARDEN, UNROLLED)}
"""The recipes that a given net can be hardened by."""
