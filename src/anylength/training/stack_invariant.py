"""Recipes `certified` and `robust` of nets with stacks: net, actions and a box for each node of the machine's graph learn together.

The loss is one step from all boxes (`anylength.memory`): the worst-case cross-entropy of the answers, how far images stick out of
the next node's box, how far gates are from being decided, and how far pushed vectors are from their letters. Each letter of a stack
is a fixed code of signs: letters that were learned, too, fell into one corner.

The pre-activations are multiplied by a gain that rises during the run and is a part of the weights at its end: boxes close where
units saturate. The numbers are those of a first trial on machines that are not the task's.
"""

import dataclasses
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Integer

from anylength.base import InputError, pytree
from anylength.cells import CellKind, StackCell
from anylength.memory.images import EdgeTables
from anylength.nets import Net, grid_named
from anylength.ops.ibp import Box, ibp
from anylength.programs import Program, ancestors, cut_parts, run, run_in_order, stacked_cut
from anylength.records.runs import LearnsFrom
from anylength.rules import FREE, Machine, StackMachine, Task, graph, without_machine
from anylength.training.optimisation import orthogonal, scheduled_adam, smoothed
from anylength.training.recipe import AbstractRecipe, Loss, TrainState
from anylength.training.seen import REFUSE, Unseen

GRID = grid_named("bfloat16")
"""The weights of a trained net: a proof then covers that format, too, where its states may be stored so coarsely."""

DRAWS = 200
"""Codes that are drawn; those are taken whose nearest two letters are farthest apart."""

TAIL = 0.1
"""Slope of the penalty at 0: it is v²/2 + v/10 up to 1, and linear from there on."""


@pytree
@dataclasses.dataclass(frozen=True)
class BoxedStackNet:
    """What is trained.

    Attributes:
        net: The net, without the gain.
        centre: `[M', N]` the centre of the values of the cut at each node: W_hh h, and what a gate retains.
        width: `[M', N]` softplus of it is the radius.
        weight: `[P, H]` of a second read-out, which tells apart what was done: next node, actions and output.
        bias: `[P]`.
    """

    net: Net
    centre: Any
    width: Any
    weight: Any
    bias: Any


@pytree
@dataclasses.dataclass(frozen=True)
class StackSchedule:
    """The edges of the machine, the letters' codes, and the state of the schedule.

    Attributes:
        edges: The arrays of `EdgeTables`.
        done: `[B]` what each edge does, for the second read-out.
        codes: `[K·M, G]` of -1 and 1; zeros for the bottom.
        update: The number of updates so far.
        noise: The share of the noise, 0 to 1.
        error: The smoothed share of edges on which some wrong answer is possible.
    """

    edges: dict[str, Any]
    done: Any
    codes: Any
    update: Any
    noise: Any
    error: Any


@dataclasses.dataclass(frozen=True)
class LearnedStackInvariant(AbstractRecipe):
    """Training of a net with stacks together with the boxes of its proof.

    Attributes:
        width: M, the numbers of a vector on a stack.
        noise: Largest noise of a state and of what is pushed.
        margin: Share of a box that its images leave free.
        decided: How far beyond 0 the numbers of the gates are pushed.
        saturation: How far beyond 0 the pre-activations of pushed vectors are pushed.
        closed: How far the bias closes the gates that retain at the start, and opens those that let through.
        shut: How far below 0 the numbers of gates that retain are pushed: a unit that holds its number adds up the noise of all
            steps, and no box holds it.
        gate_gain: Scale of the first weights of gates.
        gain: The last gain; the first is 1.
        ramp: Fraction of the run in which the gain rises.
        pace: Fraction of the run in which the noise rises at the fastest.
        spread: Scale of the first orthogonal recurrent matrix.
        radius: First radius.
        learning_rate: Adam's peak learning rate.
        warm_up: Fraction of the run in which it rises.
        clip: Largest norm of the gradient.
        updates: Updates in an epoch.
        batch: Words in an update; they are not looked at.
        unseen: Set where the machine is inferred from the examples. None: it is the task's own.
    """

    name: str
    summary: str
    hidden: int = 64
    epochs: int = 2
    width: int = 16
    noise: float = 0.02
    margin: float = 0.05
    decided: float = 1.0
    saturation: float = 2.0
    closed: float = 2.0
    shut: float = 1.0
    gate_gain: float = 0.3
    gain: float = 6.0
    ramp: float = 0.6
    pace: float = 0.4
    spread: float = 0.5
    radius: float = 0.1
    learning_rate: float = 0.02
    warm_up: float = 0.05
    clip: float = 1.0
    updates: int = 1000
    batch: int = 1
    unseen: Unseen | None = None

    any_task: ClassVar[bool] = True

    @property
    def learns_from(self) -> LearnsFrom:
        """The machine alone; the words alone where the machine is inferred from them."""
        return "machine" if self.unseen is None else "data"

    def initial(self, rng: np.random.Generator, task: Task, cell: CellKind, hidden: int) -> BoxedStackNet:
        """A net with an orthogonal recurrent matrix, and boxes far from each other.

        Raises:
            InputError: No machine with stacks does the task, or the cell has none.
        """
        machine = memory_of(task)
        if not (isinstance(cell, type) and issubclass(cell, StackCell)):
            raise InputError(f"a cell with stacks for {self.name} on {task.name}", "another cell", "pass --cell stack-rnn")
        graphed, rows, stacks = graph(machine), machine.stacks * self.width, machine.stacks
        shapes = cell.shapes_with(task.encoding_size, hidden, stacks, self.width)
        (units, _), retention = shapes["weight_hh"], cell.retention(hidden)
        shape = {"weight_ih": (units, task.encoding_size), "weight_top": (units, rows)}
        shape |= {"weight_action": (2 * stacks, hidden), "weight_push": (rows, hidden)}
        scale = {"weight_ih": 1.0, "weight_top": self.width**-0.5, "weight_action": hidden**-0.5, "weight_push": 2 * hidden**-0.5}
        tensors = {name: rng.normal(size=size) * scale[name] for name, size in shape.items()}
        tensors["weight_hh"] = self.spread * np.concatenate([orthogonal(rng, hidden) for _ in range(units // hidden)])
        tensors |= {name: np.zeros(size) for name, size in shapes.items() if name.startswith("bias")}
        if retention is not None:
            for gate, sign in ((retention.rows, -1.0), *((gate, 1.0) for gate in cell.open_rows(hidden))):
                tensors["bias"][gate] = sign * self.closed
                for name in ("weight_ih", "weight_top", "weight_hh"):
                    tensors[name][gate] *= self.gate_gain
        if "weight_top" not in shapes:
            tensors["weight_ih"] = np.concatenate([tensors["weight_ih"], tensors.pop("weight_top")], axis=1)
        drawn: Any = cell(**{name: value.astype(np.float32) for name, value in tensors.items()})
        weight = (rng.normal(size=(task.classes, hidden)) * hidden**-0.5).astype(np.float32)
        net = Net(drawn, weight, np.zeros(task.classes, np.float32), base=task.letters, tapes=task.tapes)
        nodes, kinds = len(graphed.states), int(_done(machine).max()) + 1
        cut = len(self._gains(drawn.controller_program(task.classes), 1.0))
        centre = rng.normal(size=(cut, nodes)).astype(np.float32)
        centre[:, 0] = 0
        width = np.full((cut, nodes), np.log(np.expm1(self.radius)), np.float32)
        second = (rng.normal(size=(kinds, hidden)) * hidden**-0.5).astype(np.float32)
        return BoxedStackNet(net, centre, width, second, np.zeros(kinds, np.float32))

    def schedule_state(self, net: Any, task: Task) -> StackSchedule:
        """The edges and codes, no noise yet."""
        machine = memory_of(task)
        edges = dataclasses.asdict(EdgeTables.of(graph(machine)))
        rng = np.random.default_rng(np.abs(net.net.cell.weight_push).view(np.uint32).ravel()[:4])
        codes = np.concatenate([_codes(rng, machine.letters, self.width) for _ in range(machine.stacks)])
        narrow = {name: value.astype(np.int32) for name, value in edges.items()}
        return StackSchedule(narrow, _done(machine), codes, np.float32(0), np.float32(0), np.float32(1))

    def optimiser(self) -> optax.GradientTransformation:
        """Adam with gradient clipping, a linear warm-up and a cosine decay."""
        return scheduled_adam(self.learning_rate, self.epochs * self.updates, warm_up=self.warm_up, clip=self.clip)

    def result(self, state: TrainState, machine: Machine | None) -> Net:
        """The net with its gain in its weights, which are on the grid."""
        del machine
        return GRID.nearest_net(_with_gain(state.net.net, self._gain(state.schedule_state.update)))

    def _gain(self, update: Any) -> Any:
        return 1 + (self.gain - 1) * jnp.minimum(1.0, update / (self.ramp * self.epochs * self.updates))

    def loss(
        self,
        net: BoxedStackNet,
        machine: Machine | None,
        symbols: Integer[Array, "T B"],
        targets: Integer[Array, "T B"],
        schedule_state: Any,
    ) -> Loss:
        """The loss of one step of all boxes, and the next schedule state."""
        del machine, symbols, targets
        schedule: StackSchedule = schedule_state
        edges, noise = schedule.edges, self.noise * schedule.noise
        states, retaining = self._step(net, schedule, noise)
        features = states[: net.net.hidden]
        answers, wrong = _worst(features, net.net.weight, net.net.bias, edges["output"])
        deeds, confused = _worst(features, net.weight, net.bias, schedule.done)
        total = answers + deeds + self._outside(net, states, edges) + self._undecided(net, features, schedule) + retaining
        error = smoothed(schedule.error, jnp.maximum(wrong, confused))
        pace = 1 / (self.pace * self.epochs * self.updates)
        rising = jnp.where(error < 0.01, 1.0, 0.0) - jnp.where(error > 0.02, 1.0, 0.0)
        after = jnp.clip(schedule.noise + pace * rising, 0.0, 1.0)
        return total, dataclasses.replace(schedule, update=schedule.update + 1, noise=after, error=error)

    def _gains(self, program: Program, gain: Any) -> Any:
        """By what the values of the cut grow with the gain `[M', 1]`: products with weights do, states do not."""
        cut = [program.step[number] for number in program.cut]
        return jnp.concatenate([jnp.full((item.rows, 1), gain if item.op == "matmul" else 1.0) for item in cut])

    def _step(self, net: BoxedStackNet, schedule: StackSchedule, noise: Any) -> tuple[Box, Any]:
        """The controller's states `[S, B]` after a step along every edge, and the penalty of gates that retain."""
        gain, edges = self._gain(schedule.update), schedule.edges
        scaled: Any = _with_gain(net.net, gain)
        program = scaled.cell.controller_program(scaled.classes)
        node, radius = edges["node"], jax.nn.softplus(net.width)
        corner = np.tanh(self.saturation)  # a pushed number lies between this and 1, times its sign
        stacks, codes = len(edges["tops"]), schedule.codes
        tops = [code[:, top] for code, top in zip(jnp.split(codes, stacks), edges["tops"], strict=True)]
        tops = jnp.concatenate(tops)
        near = ((1 - corner) / 2 + noise) * jnp.abs(tops)
        encoded = net.net.encode(edges["symbol"])
        symbol = Box(jnp.concatenate([encoded, (1 + corner) / 2 * tops]), jnp.concatenate([jnp.zeros_like(encoded), near]))
        gains = self._gains(program, gain)
        cut = Box(gains * net.centre[:, node], gains * radius[:, node])
        given = cut_parts(program, cut)
        values = run(program.step, ibp, scaled.cell.named_tensors(), {"symbol": symbol}, given=given)[len(program.step) - 1]
        retention, retaining = scaled.cell.retention(scaled.hidden), 0.0
        if retention is not None:
            rows = retention.rows  # the gates' products with weights come first in the cut
            numbers = cut[rows] + symbol.times(scaled.cell.weight_ih[rows]) + scaled.cell.bias[rows, None]
            retaining = _penalty((numbers.centre + numbers.radius) / gain + self.shut).sum(axis=0).mean()
        return values[: scaled.cell.controller_size].widened(noise), retaining

    def _outside(self, net: BoxedStackNet, states: Box, edges: dict[str, Any]) -> Float[Array, ""]:
        """How far images stick out of the next node's box, and the start out of its own."""
        cell: Any = net.net.cell
        program, radius = cell.controller_program(net.net.classes), (1 - self.margin) * jax.nn.softplus(net.width)
        order = ancestors(program.step, program.cut)
        image = stacked_cut(program, ibp, run_in_order(program.step, order, ibp, cell.named_tensors(), {"state": states}))
        after = edges["after"]
        excess = jnp.abs(image.centre - net.centre[:, after]) + image.radius - radius[:, after]
        return _penalty(excess).sum(axis=0).mean() + _penalty(jnp.abs(net.centre[:, 0]) - radius[:, 0]).sum()

    def _undecided(self, net: BoxedStackNet, states: Box, schedule: StackSchedule) -> Float[Array, ""]:
        """How far gates are from being decided, and what is pushed from its letter's code."""
        cell: Any = net.net.cell
        edges = schedule.edges
        numbers, signs = states.times(cell.weight_action) + cell.bias_action[:, None], edges["gates"]
        lacking = jnp.abs(signs) * (self.decided - signs * numbers.centre + numbers.radius)
        total = _penalty(lacking).sum(axis=0).mean()
        pushed = states.times(cell.weight_push) + cell.bias_push[:, None]
        for k, codes in enumerate(jnp.split(schedule.codes, len(edges["pushed"]))):
            rows, letter = slice(k * len(codes), (k + 1) * len(codes)), edges["pushed"][k]
            short = self.saturation - codes[:, letter] * pushed.centre[rows] + pushed.radius[rows]
            total += _penalty(jnp.where(letter > 0, short, 0.0)).sum(axis=0).sum() / jnp.maximum((letter > 0).sum(), 1)
        return total


def memory_of(task: Task) -> StackMachine:
    """The machine with stacks that does a task.

    Raises:
        InputError: There is none.
    """
    if task.memory is None:
        raise InputError("a task that a machine with stacks does", without_machine(task.name), "pass --recipe memory")
    return task.memory


def _done(machine: StackMachine) -> np.ndarray:
    """A number for what each edge does: next node, actions and output."""
    deeds = [(edge.after, edge.rule) for edge in graph(machine).edges]
    numbers = {deed: number for number, deed in enumerate(sorted(set(deeds)))}
    return np.array([numbers[deed] for deed in deeds], np.int32)


def _codes(rng: np.random.Generator, letters: int, width: int) -> np.ndarray:
    """Codes of signs for the letters of a stack, far apart, as columns; zeros for the bottom."""

    def nearest(codes: np.ndarray) -> float:
        apart = np.abs(codes[:, None] - codes[None]).sum(axis=2)
        return float((apart + 1e9 * np.eye(len(codes))).min())

    drawn = (rng.choice([-1.0, 1.0], size=(letters - 1, width)) for _ in range(DRAWS))
    return np.concatenate([np.zeros((width, 1)), max(drawn, key=nearest).T], axis=1).astype(np.float32)


def _with_gain(net: Net, gain: Any) -> Net:
    """The net whose pre-activations of the state are multiplied by the gain."""
    cell: Any = net.cell
    names = {"weight_ih", "weight_hh", "weight_top", "bias", "bias_hn"} & cell.tensors.keys()
    return dataclasses.replace(net, cell=dataclasses.replace(cell, **{name: gain * getattr(cell, name) for name in names}))


def _penalty(excess: Any) -> Any:
    """What lies above 0: quadratic and then linear."""
    above = jax.nn.relu(excess)
    return jnp.where(above < 1, above * above / 2 + TAIL * above, (1 + TAIL) * above - 0.5)


def _worst(states: Box, weight: Any, bias: Any, right: Any) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """The root mean square over edges of the worst-case cross-entropy, and the share of edges with a possible wrong answer."""
    graded = right != FREE
    hot = jax.nn.one_hot(right, weight.shape[0], axis=0)
    spread = jnp.abs(weight) @ states.radius
    logits = weight @ states.centre + bias[:, None] + jnp.where(hot > 0, 0.0, spread + (spread * hot).sum(axis=0))
    of_right = (logits * hot).sum(axis=0)
    losses = jnp.where(graded, jax.nn.logsumexp(logits, axis=0) - of_right, 0.0)
    wrong = graded & (jnp.where(hot > 0, -jnp.inf, logits).max(axis=0) >= of_right)
    return jnp.sqrt(jnp.mean((losses + 1e-6) ** 2)), wrong.mean()


CERTIFIED_STACKS = LearnedStackInvariant(
    name="certified",
    summary="knows the task's machine: learns the boxes of the proof together with the weights",
)
"""The setting for machines with few edges."""

MANY_EDGES, LONGER = 500, 4
"""From so many edges on a machine takes so many times as many epochs: after those of a small one `count-natural` in base 10, which
has 1,728 edges, still has some undecided gates."""


def certified_stacks(machine: StackMachine) -> LearnedStackInvariant:
    """The recipe `certified` for a machine with stacks."""
    longer = len(graph(machine).edges) >= MANY_EDGES
    return dataclasses.replace(CERTIFIED_STACKS, epochs=CERTIFIED_STACKS.epochs * LONGER) if longer else CERTIFIED_STACKS


ROBUST_STACKS = dataclasses.replace(
    CERTIFIED_STACKS,
    name="robust",
    summary="sees inputs and outputs alone: infers a machine with a stack from the examples, then learns as certified does",
    unseen=REFUSE,
)
