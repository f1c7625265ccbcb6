"""Records of explanations: what a net does while one symbol repeats, and what follows for its answers.

Some fields have a clearer name than their JSON key. Each class lists these under `rename`, so that old files stay readable.
"""

from anylength.base import Record

UNFINISHED = "unfinished"
"""The failure mode of the only finding where nothing went wrong, and the time ended before all was examined."""

PREDICTED_HORIZON = "predicted horizon"
"""The name of that part of an explanation."""


class FixedPointResult(Record, frozen=True):
    """A fixed point (period 1) or a cycle of the net's state under a repeated symbol.

    Attributes:
        symbol: The repeated symbol as people write it, one digit per tape.
        period: Number of steps after which the state returns.
        states: `[p][D]`, the states of the cycle in order.
        eigenvalue: Largest modulus of the eigenvalues of the Jacobian over one period. Below 1 the cycle is stable.
        unstable: Number of eigenvalues outside the unit circle.
        reads_as: State of the task's machine whose answers the net gives after the first state of the cycle, None if there is none.
        existence: What is proved about existence and uniqueness, or why nothing is.
        unique_within: Half the width, in each coordinate, of the box with exactly one such cycle. None if nothing is proved.
        stability_proved: Whether the cycle is proved to be stable, or proved to be unstable.
        trapped_within: Every state within this Euclidean distance is proved to end in the cycle. None if no such ball was found.
    """

    symbol: str
    period: int
    states: list[list[float]]
    eigenvalue: float
    unstable: int
    reads_as: str | None
    existence: str
    unique_within: float | None
    stability_proved: bool
    trapped_within: float | None

    @property
    def stable(self) -> bool:
        """Whether the cycle is stable, as computed."""
        return self.unstable == 0


class SlowPointResult(Record, frozen=True):
    """A ghost: a state near which the net moves slowly although no fixed point is there.

    Attributes:
        symbol: The repeated symbol.
        speed: Euclidean distance that one step moves the state.
        steps: Estimated number of steps to pass it, None if the estimate is infinite.
    """

    symbol: str
    speed: float
    steps: float | None


class HeldInputResult(Record, frozen=True):
    """A symbol repeated after a prefix, followed by any one symbol: when the answers turn wrong, predicted and measured.

    Attributes:
        prefix: The symbols before, in the order in which the net reads them.
        symbol: The repeated symbol.
        state: State of the task's machine while the symbol repeats.
        remembers: Whether the machine must tell this state from another one for as long as the symbol repeats.
        predicted: Repetitions that are answered right according to the dynamics, None for all.
        measured: Repetitions that are answered right when they are run, None if all up to `limit` are.
        limit: Number of repetitions that were run at most.
        method: What the prediction followed last: curve, surface, attractor, net, rounding, or start.
        mechanism: What the net is near: sink, saddle, or ghost.
        eigenvalue: Largest modulus of the eigenvalues there.
        speed: Euclidean distance that one step moves the state there, 0 at a fixed point.
    """

    prefix: str
    symbol: str
    state: str
    remembers: bool
    predicted: int | None
    measured: int | None
    limit: int
    method: str
    mechanism: str
    eigenvalue: float
    speed: float


class Finding(Record, frozen=True):
    """One finding in words, with a question that shows it.

    Attributes:
        failure_mode: forgets, invents, trips, misreads, keeps, unfinished, or NOT APPLICABLE.
        text: The finding in plain words.
        numbers: A question that the net answers wrong, one number per tape. None if none is known.
        answer: The net's answer to it.
        expected: The right answer.
        separator: See `Mistake`.
    """

    failure_mode: str
    text: str
    numbers: list[str] | None = None
    answer: str | None = None
    expected: str | None = None
    separator: str | None = None


class Orbit(Record, frozen=True):
    """Successive states, projected onto the two axes of a portrait."""

    name: str
    points: list[tuple[float, float]]


class Mark(Record, frozen=True):
    """A fixed point, projected onto the two axes of a portrait."""

    at: tuple[float, float]
    stable: bool
    reads: str | None


class Portrait(Record, frozen=True):
    """Data of a phase portrait: the plane of the two principal axes of the states under one repeated symbol.

    Attributes:
        symbol: The repeated symbol.
        share: Share of the variance of the states that lies in the plane.
        orbits: Orbits under the repeated symbol, from different states of the machine.
        marks: Fixed points.
        corners: Lowest and highest point of the grid.
        basins: Rows of the grid from low to high. Each entry is the index of the mark in whose basin the state lies, or −1.
        centre: `[D]`, the state at the origin of the plane (empty in older records).
        axes: `[2][D]`, the two axes, orthonormal.
    """

    symbol: str
    share: float
    orbits: list[Orbit]
    marks: list[Mark]
    corners: tuple[tuple[float, float], tuple[float, float]]
    basins: list[list[int]]
    centre: tuple[float, ...] = ()
    axes: tuple[tuple[float, ...], ...] = ()


class BasinBoundaryResult(Record, frozen=True):
    """Distance from a fixed point to the boundary of its basin of attraction.

    Attributes:
        symbol: The repeated symbol.
        state: State of the machine that the fixed point is read as.
        distance: Euclidean distance to the boundary, on the straight line towards the nearest saddle. None if there is no
            saddle, or no other basin behind it.
    """

    symbol: str
    state: str
    distance: float | None


class Explanation(
    Record,
    frozen=True,
):
    """Why a net keeps or loses what it must remember.

    Attributes:
        task: Name of the task.
        findings: The findings, the one with the shortest example first.
        fixed_points: Fixed points and short cycles under each symbol under which the machine must remember its state.
        slow_points: Ghosts under these symbols.
        held_inputs: The repeated symbols that were examined, with their prefixes.
        basin_boundaries: Distances from fixed points to the boundaries of their basins.
        portraits: Phase portraits, one for each of the first few symbols.
        predicted_horizon: Horizon according to the dynamics, None for no limit, or where it is left out.
        measured_horizon: Horizon as measured, None if nothing failed up to `limit`.
        limit: Number of repetitions that were run for the measured horizon.
        counterexample: Failure mode of the run's counterexample, None without one.
        left_out: The parts that did not end within the budget. What they would have found is missing here; the rest is as without
            a budget.
        seconds: Time spent.
    """

    task: str
    findings: list[Finding]
    fixed_points: tuple[FixedPointResult, ...] = ()
    slow_points: tuple[SlowPointResult, ...] = ()
    held_inputs: tuple[HeldInputResult, ...] = ()
    basin_boundaries: tuple[BasinBoundaryResult, ...] = ()
    portraits: tuple[Portrait, ...] = ()
    predicted_horizon: int | None = None
    measured_horizon: int | None = None
    limit: int = 0
    counterexample: str | None = None
    left_out: tuple[str, ...] = ()
    seconds: float = 0.0
    format: int = 1
