"""The recipes `certified` and `robust`: the net and its proof are learned together.

Beside the weights, one box for each machine state is trained (`anylength.training.inclusion`). The loss is one step of all boxes:
the worst-case cross-entropy of the answers, and how far images stick out of the box of the next state. A net on which nothing
sticks out and no wrong answer is possible is proved, up to rounding. Cross-entropy on words is added, so the net also learns from
its data. At the end weights are rounded to numbers that bfloat16 holds exactly: a proof then covers that format, too.

`docs/research-log/recipes.md` gives the trials behind the numbers.
"""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.base import InputError
from anylength.cells import AbstractCell, CellKind, LayeredCell, Part
from anylength.nets import Net, grid_named, logits
from anylength.records.runs import LearnsFrom, StartsFrom
from anylength.rules import Machine, Task
from anylength.training.constructed import constructed_start
from anylength.training.drawing import drawn_cell
from anylength.training.first_boxes import boxes_around, random_boxes
from anylength.training.inclusion import BoxedNet, StepLoss, cut_of, step_loss
from anylength.training.kept_net import UNPROVED, Schedule, first_schedule
from anylength.training.optimisation import clipped, cross_entropy, orthogonal_blocks, scheduled_rate
from anylength.training.recipe import AbstractRecipe, Loss, TrainState
from anylength.training.rnn_start import rnn_start
from anylength.training.seen import REFUSE, Unseen

GRID = grid_named("bfloat16")
"""The weights of a trained net. Others, once stored in bfloat16, would err by 0.3 to 0.7 in a step, and budgets are 0.02 to 0.2.
Rounded in every update, too, 1 of 8 nets for divide-7, and of LSTMs for count, did not close."""

REPLACING_NOISE = 0.1
"""The noise that a net must bear to replace the `rnn` that training started from. GRUs for add that replaced it under any noise
bore 0.025 in place of 0.035, and bfloat16 was no longer covered."""

MOST_ENTRIES = 1 << 26
"""Most pairs times units. An array of that size takes 256 MiB, and an update holds some twenty of them."""

FIRST_LAYER = ("", "0.")
"""The prefixes of a layer that reads the symbols."""


@dataclasses.dataclass(frozen=True)
class LearnedInvariant(AbstractRecipe):
    """Training of a net together with the boxes of its proof.

    Attributes:
        noise: Largest state noise, in units of the state.
        word_weight: Weight of the cross-entropy on words. 0: the net learns from the machine alone.
        word_clip: Largest norm of the gradient of the words. One clip for both would leave hard tasks unlearned.
        clip: Largest norm of the gradient of the boxes' loss.
        unit: Size of the unit in which the cell's weights and the boxes are trained. Adam moves them faster by this factor: boxes
            close only where units saturate, and this takes large weights.
        gain: Standard deviation of the first input weights; of a gated cell half of it.
        deep_gain: Gain of the first input weights of further layers, which are orthogonal.
        spread: Standard deviation of the first centres.
        radius: First radius.
        closed: First bias of the gate that retains the state, downwards.
        open: First bias of the gates that start open.
        gate_gain: Factor of the first weights of the gate that retains the state.
        ramp: Time in which the weight of the inclusion rises, and shortest time in which the noise does, as a fraction of the run.
        decades: The inclusion's first weight is 10 to the minus this.
        radius_ramp: Time in which the boxes that take the step grow, as a fraction of the run. 0: full size from the start.
        threshold: Once the boxes have closed, the noise rises while both the share of wrong answers and the inclusion are below
            this, and falls above twice this.
        power: Exponent of the power mean over images.
        learning_rate: Adam's peak learning rate.
        warm_up: Fraction of the run in which the learning rate rises.
        updates: Updates in an epoch.
        batch: Words in an update.
        steps: Number of leading symbols of every word to train on.
        from_construction: Whether the first net is the one that is constructed from the machine, in place of a random one.
        from_rnn: Whether the first net is an `rnn` in gates that has learned the machine (`rnn_start`).
        unseen: What to do about pairs of a state and a symbol that no example shows, where the examples give the machine. None: the
            machine is the task's own.
    """

    name: str
    summary: str
    hidden: int = 24
    epochs: int = 20
    noise: float = 0.2
    word_weight: float = 0.5
    word_clip: float = 0.1
    clip: float = 1.0
    unit: float = 8.0
    gain: float = 3.0
    deep_gain: float = 4.0
    spread: float = 2.0
    radius: float = 0.5
    closed: float = 6.0
    open: float = 4.0
    gate_gain: float = 0.1
    ramp: float = 0.4
    decades: float = 3.0
    radius_ramp: float = 0.0
    threshold: float = 0.01
    power: float = 2.0
    learning_rate: float = 0.02
    warm_up: float = 0.05
    updates: int = 100
    batch: int = 32
    steps: int = 12
    from_construction: bool = False
    from_rnn: bool = False
    unseen: Unseen | None = None

    @property
    def learns_from(self) -> LearnsFrom:
        """The machine, and words unless they have no weight; the words alone where the machine is inferred from them."""
        if self.unseen is not None:
            return "data"
        return "both" if self.word_weight else "machine"

    @property
    def starts_from(self) -> StartsFrom:
        """Random weights, unless the machine is so large or the cell so deep that these are not proved."""
        if self.from_construction:
            return "the construction"
        return "an rnn" if self.from_rnn else "random weights"

    @property
    def _total(self) -> int:
        """The updates of the run."""
        return self.epochs * self.updates

    def check_size(self, task: Task, hidden: int) -> None:
        """Checks that the boxes of all pairs fit the memory. Of a machine that is still to be inferred, this is not known.

        Raises:
            InputError: They do not.
        """
        if task.transducer is None or self.unseen is not None:
            return
        pairs = task.machine.states * task.machine.symbols
        if pairs * hidden > MOST_ENTRIES:
            got = f"{pairs:,} × {hidden:,}"
            remedy = "pass --recipe constructed, or take a smaller machine"
            raise InputError(f"at most {MOST_ENTRIES:,} (pairs of a state and a symbol) × units for {self.name}", got, remedy)

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> BoxedNet:
        """A net with orthogonal recurrent matrices, wide input weights and closed gates; and boxes far from each other.

        If the recipe starts from the construction or from an `rnn`, the net is that, and the boxes lie around what it does.
        """
        if self.from_construction:
            return self._around(constructed_start(rng, task, cell, hidden), task)
        if self.from_rnn:
            return self._around(rnn_start(self, rng, task, cell, hidden), task)
        drawn = drawn_cell(cell, task.encoding_size, hidden, lambda part: self._layer(rng, part, hidden))
        weight = (rng.normal(size=(task.classes, hidden)) * hidden**-0.5).astype(np.float32)
        net = Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)
        boxes = random_boxes(rng, net, task.machine, unit=self.unit, spread=self.spread, radius=self.radius)
        return BoxedNet(net, boxes)

    def _around(self, net: Any, task: Task) -> BoxedNet:
        """The net with boxes around what it does."""
        return BoxedNet(net, boxes_around(net, task.machine, unit=self.unit, radius=self.radius))

    def _layer(self, rng: np.random.Generator, part: Part, hidden: int) -> dict[str, np.ndarray]:
        """The tensors of one layer."""
        named, retention = {}, part.kind.retention(hidden)
        for name, shape in part.kind.shapes(part.encoded, hidden).items():
            if len(shape) == 1:
                named[name] = np.zeros(shape)
            elif name == "weight_hh":
                named[name] = orthogonal_blocks(rng, shape[0] // hidden, hidden)
            elif name == "weight_ih" and part.prefix not in FIRST_LAYER:
                named[name] = self.deep_gain * orthogonal_blocks(rng, shape[0] // hidden, hidden)
            else:
                named[name] = rng.normal(size=shape) * self.gain / (1 if retention is None else 2)
        if retention is not None:
            named["bias"][retention.rows] = -retention.sign * self.closed
            for name in ("weight_ih", "weight_hh"):
                named[name][retention.rows] *= self.gate_gain
        for gate in part.kind.open_rows(hidden):
            named["bias"][gate] = self.open
        return named

    def schedule_state(self, net: Any, task: Task) -> Schedule:
        """No noise yet, and the first net kept; a learned `rnn` until another net bears much noise."""
        return first_schedule(net.net, task.machine, REPLACING_NOISE if self.from_rnn else UNPROVED)

    def result(self, state: TrainState, machine: Machine | None) -> Net:
        """The last net whose boxes closed under the most noise; before there is one, the last net. Its weights are on the grid."""
        del machine
        return GRID.nearest_net(state.schedule_state.kept)

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with a linear warm-up and a cosine decay, in units. The gradient is clipped already."""
        rate = scheduled_rate(self.learning_rate, self._total, warm_up=self.warm_up)
        in_units = optax.stateless(lambda change, _: self._in_units(change))
        return optax.chain(optax.adam(rate), in_units)

    def loss(
        self,
        net: BoxedNet,
        machine: Machine | None,
        symbols: Integer[Array, "T B"],
        targets: Integer[Array, "T B"],
        schedule_state: Any,
    ) -> Loss:
        """The loss of one step of all boxes, and the next schedule state. The words are added by `gradient`."""
        del machine, symbols, targets
        schedule: Schedule = schedule_state
        time = schedule.update / self._total
        weight = 10.0 ** (-self.decades * jax.nn.relu(1 - time / self.ramp))
        scale = jnp.clip(time / self.radius_ramp, 0.02, 1.0) if self.radius_ramp else jnp.float32(1)
        # some noise is always there, so that a net whose boxes close is proved despite the rounding of float32
        noise = jnp.maximum(schedule.noise, 1e-4)
        found = step_loss(net, schedule.pairs, cut_of(net.net, self.unit), noise, scale, self.power)
        return found.worst + weight * found.inclusion, self._next(schedule, net.net, found, scale)

    def gradient(
        self,
        net: BoxedNet,
        machine: Machine | None,
        symbols: Integer[Array, "T B"],
        targets: Integer[Array, "T B"],
        schedule_state: Any,
    ) -> tuple[Loss, Any]:
        """The gradients of the boxes' loss and of the cross-entropy on words, in units, each clipped, added up."""
        loss, gradient = jax.value_and_grad(self.loss, has_aux=True)(net, machine, symbols, targets, schedule_state)
        gradient = clipped(self._in_units(gradient), self.clip)
        if not self.word_weight:
            return loss, gradient

        def on_words(net: Net) -> Float[Array, ""]:
            return self.word_weight * cross_entropy(logits(net, symbols[: self.steps]), targets[: self.steps])

        words, of_words = jax.value_and_grad(on_words)(net.net)
        of_words = clipped(self._in_units(of_words), self.word_clip)
        total = dataclasses.replace(gradient, net=jax.tree.map(jnp.add, gradient.net, of_words))
        return (loss[0] + words, loss[1]), total

    def _in_units(self, tree: Any) -> Any:
        """A gradient with respect to values in units, from one with respect to the net's numbers; or a change in the net's numbers,
        from one in units. Both multiply the cell's tensors by the unit. Boxes are in units already."""
        net: Any = tree.net if isinstance(tree, BoxedNet) else tree
        cell: AbstractCell = jax.tree.map(lambda leaf: self.unit * leaf, net.cell)
        if isinstance(cell, LayeredCell):
            cell = dataclasses.replace(cell, norms=net.cell.norms)
        net = dataclasses.replace(net, cell=cell)
        return dataclasses.replace(tree, net=net) if isinstance(tree, BoxedNet) else net

    def _next(self, schedule: Schedule, net: Net, found: StepLoss, scale: Any) -> Schedule:
        """The schedule after one more update of this net, with this result of its step."""
        pace = self.noise / (self.ramp * self._total)
        return schedule.after(net, found, scale, threshold=self.threshold, pace=pace, largest=self.noise)


CERTIFIED = LearnedInvariant(
    name="certified",
    summary="knows the task's machine: learns the boxes of the proof together with the weights, from machine and words",
)

ROBUST = LearnedInvariant(
    name="robust",
    summary="sees inputs and outputs alone: infers a machine from the examples, then learns as certified does",
    unseen=REFUSE,
)
