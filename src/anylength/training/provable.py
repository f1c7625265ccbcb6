"""The recipes whose nets can be proved: `robust` (inputs and outputs alone) and `certified` (also knows the machine).

Half of the loss is the usual cross-entropy, half its worst case over boxes of states that are widened by noise ρ at every step. For
`robust` the boxes run along the training words; for `certified` they are the prover's own, one per machine state.
"""

import dataclasses
from typing import Any

import jax.numpy as jnp
import numpy as np
import optax
from jax import lax
from jaxtyping import Array, Float, Integer

from anylength.cells import AbstractCell
from anylength.machines import Machine
from anylength.nets import Net, logits_and_states
from anylength.ops import jax_arrays
from anylength.pytrees import pytree
from anylength.records import Epoch
from anylength.tasks import Task
from anylength.training.optimisation import orthogonal, scheduled_adam
from anylength.training.optimisation import cross_entropy
from anylength.training.recipe import AbstractRecipe, Loss
from anylength.training.worst_case import machine_boxes, word_boxes, worst_cross_entropy


@dataclasses.dataclass(frozen=True)
class Provable(AbstractRecipe):
    """Training with bounds.

    Attributes:
        machine_known: Whether the worst case runs over the machine's own boxes (`certified`) or along the words (`robust`).
        noise: The largest state noise ρ.
        climb: The part of the run that ρ needs at least to get there.
        gate: ρ rises while the smoothed verified error is under this, and falls while it is over twice this.
        worst: Weight w of the worst case in the loss.
        power: Power of the mean over worst cases.
        parsimony: Weight, times ρ, of the mean distance of messages from their median: states that say the same are drawn together.
        first: Noise of the start state, in units of ρ (only along words).
        steps: Only the first digits of every number, so many, are trained on.
        depth: Steps of the prover's iteration inside the loss.
        opening: Before ρ rises, the joined boxes open from their middles to their full size, which takes at least so many times as
            long as the climb of ρ; 0: they are whole from the start. Only where the machine is known.
        states: Weight of the state head's loss: more rows of the read-out must name the machine's next state, on words and on
            boxes. They are taken off when training ends. 0: no such rows. Only where the machine is known.
        gain: Scale of the input and read-out weights at the start.
        forget: Bias at the start of the gate that keeps the state, where the cell has one: below 0, it forgets.
        updates: Updates in what is called an epoch here: the examples are drawn at random, not in passes.
    """

    name: str
    summary: str
    machine_known: bool
    epochs: int
    noise: float
    parsimony: float = 0.0
    first: float = 0.5
    hidden: int = 16
    batch: int = 32
    steps: int = 4
    rate: float = 0.02
    clip: float = 1.0
    ramp: float = 0.5
    gate: float = 0.01
    worst: float = 0.5
    power: float = 2.0
    depth: int = 5
    box_warmup: float = 0.0
    states: float = 0.0
    updates: int = 100
    warm_up: float = 0.05
    gain: float = 1.0
    forget: float = -1.0

    def with_epochs(self, epochs: int) -> "Provable":
        """The same schedule stretched over another number of epochs."""
        return dataclasses.replace(self, epochs=epochs)

    def initial(self, rng: np.random.Generator, task: Task, cell: type[AbstractCell], hidden: int) -> Net:
        """Recurrent weights orthogonal (gate by gate), others normal with variance gain²/H, biases 0 (but see `forget`)."""
        named = {}
        for name, shape in cell.shapes(task.encoding_size, hidden).items():
            if name == "weight_hh":
                named[name] = np.concatenate([orthogonal(rng, hidden).astype(np.float32) for _ in range(shape[0] // hidden)])
            else:
                named[name] = _normal(rng, shape, hidden, self.gain) if len(shape) > 1 else np.zeros(shape, np.float32)
        retention = cell.retention(hidden)
        if retention is not None:
            named["bias"][retention.rows] = retention.sign * self.forget
        rows = task.classes + (task.machine.states if self.states else 0)
        weight = _normal(rng, (rows, hidden), hidden, self.gain)
        return Net(cell(**named), weight, np.zeros(rows, np.float32), base=task.letters, tapes=task.tapes)

    def without_aux(self, net: Any, machine: Machine | None) -> Any:
        """The net without its state head."""
        return _rows(net, slice(0, net.weight.shape[-2] - machine.states)) if self.states and machine is not None else net

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with a clipped gradient, a short warm-up and a cosine end."""
        return scheduled_adam(self.rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def order(self, rng: np.random.Generator, examples: int) -> np.ndarray:
        """Batches drawn with replacement."""
        return rng.integers(0, examples, (self.updates, self.batch), np.int32)

    def loss(
        self, net: Net, machine: Machine | None, symbols: Integer[Array, "T B"], targets: Integer[Array, "T B"], schedule_state: Any
    ) -> Loss:
        """(1 − w)·CE + w·worst-case CE at the noise ρ, plus ρ·parsimony; the memo moves ρ."""
        symbols, targets = symbols[: self.steps], targets[: self.steps]
        outputs, states = logits_and_states(net, symbols)
        without_aux = self.without_aux(net, machine)
        if self.machine_known:
            assert machine is not None
            boxes, right, after = machine_boxes(net, machine, *self._noise_and_radius(schedule_state), self.depth)
        else:
            boxes, after = word_boxes(net, symbols, schedule_state.noise, self.first * schedule_state.noise).flattened(), None
            right = targets.reshape(-1)
        worst, error = worst_cross_entropy(without_aux, boxes, jnp.asarray(right), self.power)
        extra = self.parsimony * schedule_state.noise * _scatter(net, states) if self.parsimony else 0.0
        loss = (1 - self.worst) * cross_entropy(outputs[:, : without_aux.classes], targets) + self.worst * worst + extra
        if self.states and machine is not None and after is not None:
            head = _rows(net, slice(without_aux.classes, None))
            on_words = cross_entropy(outputs[:, without_aux.classes :], _states_along(machine, symbols))
            on_boxes, _ = worst_cross_entropy(head, boxes, jnp.asarray(after), self.power)
            loss = loss + self.states * ((1 - self.worst) * on_words + self.worst * on_boxes)
        return loss, self._next_noise(schedule_state, error)

    def _next_noise(self, gate: "NoiseState", error: Float[Array, ""]) -> "NoiseState":
        """The noise after one more update: up while the verified error is low, down while it is high."""
        smoothed = 0.95 * gate.error + 0.05 * lax.stop_gradient(error)
        direction = jnp.where(smoothed < self.gate, 1.0, 0.0) - jnp.where(smoothed > 2 * self.gate, 1.0, 0.0)
        pace = self.noise / (self.ramp * self.epochs * self.updates)
        return NoiseState(jnp.clip(gate.noise + direction * pace, -self.box_warmup * self.noise, self.noise), smoothed)

    def _noise_and_radius(self, gate: "NoiseState") -> tuple[Any, Any]:
        """The noise, and the part of the joined boxes' radius that counts (None: all)."""
        if not self.box_warmup:
            return gate.noise, None
        return jnp.maximum(gate.noise, 0.0), 1.0 + jnp.minimum(gate.noise, 0.0) / (self.box_warmup * self.noise)

    def finished(self, epoch: Epoch) -> bool:
        """Never before the schedule's end."""
        return False

    def schedule_state(self) -> Any:
        """No noise yet, and every worst case wrong."""
        return NoiseState(np.float32(-self.box_warmup * self.noise), np.float32(1))


@pytree
@dataclasses.dataclass(frozen=True)
class NoiseState:
    """What the schedule remembers.

    Attributes:
        noise: The state noise ρ; below zero while the boxes still open: how far they have to go.
        error: The smoothed share of worst cases that are wrong.
    """

    noise: Any
    error: Any


def _rows(net: Net, rows: slice) -> Net:
    """The net with some rows of its read-out (the last but one axis, so that a block of nets will do too)."""
    return dataclasses.replace(net, weight=net.weight[..., rows, :], bias=net.bias[..., rows])


def _states_along(machine: Machine, symbols: Integer[Array, "T B"]) -> Integer[Array, "T B"]:
    """The machine's state after every step."""
    delta = jnp.asarray(machine.delta)

    def advance(state: Array, symbol: Array) -> tuple[Array, Array]:
        state = delta[state, symbol]
        return state, state

    return lax.scan(advance, jnp.full(symbols.shape[1], machine.start), symbols)[1]


def _scatter(net: Net, states: Float[Array, "T D B"]) -> Float[Array, ""]:
    """The mean distance (L1) of the messages from their median: 0 where all states tell the next step the same."""
    columns = jnp.moveaxis(states, 1, 0).reshape(states.shape[1], -1)
    messages = net.cell.recurrent_term(jax_arrays, columns)
    middle = lax.stop_gradient(jnp.median(messages, axis=1, keepdims=True))
    return jnp.abs(messages - middle).sum(axis=0).mean()


def _normal(rng: np.random.Generator, shape: tuple[int, ...], hidden: int, gain: float) -> np.ndarray:
    return (rng.normal(size=shape) * gain * hidden**-0.5).astype(np.float32)
