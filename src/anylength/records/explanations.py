"""Records of explanations: what a net does under held symbols, and what follows for its answers."""

from anylength.records.record import Record


class RestingPoint(Record, frozen=True):
    """A fixed point (period 1) or a cycle of the net's state under a held symbol.

    Attributes:
        symbol: The held symbol as people write it, one digit per tape.
        period: Steps after which a state comes back.
        states: `[p][D]`, the cycle's states in turn.
        eigenvalue: The size of the largest eigenvalue of the Jacobian over one period: below 1 it attracts.
        unstable: How many eigenvalues lie outside the unit circle.
        reads: The machine's state for which the answers after the first of its states are right, None where there is none.
        existence: What is proved: that exactly one such cycle lies in a stated box; or why nothing is.
        unique_within: Half the width of that box in each coordinate, None where nothing is proved.
        attraction: Whether attraction (or repulsion) is proved too.
        trapped_within: Every state within this Euclidean distance is proved to end there; None where no such ball was found.
    """

    symbol: str
    period: int
    states: list[list[float]]
    eigenvalue: float
    unstable: int
    reads: str | None
    existence: str
    unique_within: float | None
    attraction: bool
    trapped_within: float | None

    @property
    def stable(self) -> bool:
        """Whether it attracts, as computed."""
        return self.unstable == 0


class SlowPlace(Record, frozen=True):
    """A ghost: the net moves slowly there, and does not rest. `steps` is about how long it takes to pass."""

    symbol: str
    speed: float
    steps: float | None


class HoldResult(Record, frozen=True):
    """A symbol held after a prefix, any symbol after it: the break predicted from the dynamics, and the one measured.

    Attributes:
        prefix: The symbols before, in the order in which the net reads them.
        symbol: The held symbol.
        state: The machine's state meanwhile.
        remembers: Whether the machine must tell it from another state for as long as the symbol is held.
        predicted: Held steps after which all goes well; None: for ever.
        measured: The same, run up to `limit` steps.
        limit: Held steps run at most.
        way: What the prediction followed: curve, surface, affine, or start.
        mechanism: What is near: sink, saddle, ghost.
        eigenvalue: The size of the largest eigenvalue there.
        speed: How far the net moves in a step there, 0 at a resting point.
    """

    prefix: str
    symbol: str
    state: str
    remembers: bool
    predicted: int | None
    measured: int | None
    limit: int
    way: str
    mechanism: str
    eigenvalue: float
    speed: float


class Finding(Record, frozen=True):
    """One finding in words, with a number that shows it.

    Attributes:
        way: forgets, invents, trips, misreads, keeps, or NOT APPLICABLE.
        says: The finding.
        numbers: A question on which it shows, one number per tape; None where none is known.
        answer: The net's own answer to it.
        expected: The right one.
    """

    way: str
    says: str
    numbers: list[str] | None = None
    answer: str | None = None
    expected: str | None = None


class Orbit(Record, frozen=True):
    """States in turn, on the two axes of a portrait."""

    name: str
    points: list[tuple[float, float]]


class Mark(Record, frozen=True):
    """A resting point on the two axes of a portrait."""

    at: tuple[float, float]
    stable: bool
    reads: str | None


class Portrait(Record, frozen=True):
    """A picture's data: the plane through the states' two main axes under one held symbol.

    Attributes:
        symbol: The held symbol.
        share: The share of the states' variance that lies in the plane.
        orbits: Where the held symbol takes the net from different states of the machine.
        marks: Resting points.
        corners: The lowest and the highest point of the grid.
        basins: Rows of the grid from low to high: for each state of the plane the index of the mark where it ends, −1 elsewhere.
        centre: `[D]`, the state at the plane's origin (empty in older records).
        axes: `[2][D]`, its two axes, orthonormal.
    """

    symbol: str
    share: float
    orbits: list[Orbit]
    marks: list[Mark]
    corners: tuple[tuple[float, float], tuple[float, float]]
    basins: list[list[int]]
    centre: tuple[float, ...] = ()
    axes: tuple[tuple[float, ...], ...] = ()


class Border(Record, frozen=True):
    """How far a state of the machine is kept from the wrong basin under a held symbol.

    Attributes:
        symbol: The held symbol.
        state: The machine's state.
        distance: From its resting place to the border, in a straight line towards the nearest saddle; None where there is none.
    """

    symbol: str
    state: str
    distance: float | None


class Explanation(Record, frozen=True):
    """Why a net keeps or loses what it must remember.

    Attributes:
        findings: The findings, the one with the shortest example first.
        fixed_points: Resting points and short cycles under every symbol under which the task must remember.
        slow_places: Ghosts there.
        holds: The holds looked at.
        borders: Distances from the wrong basin.
        portraits: Data of pictures, one for each of a few symbols.
        predicted_horizon: The horizon predicted, None: for ever, as far as the dynamics say.
        measured_horizon: The horizon measured, None where nothing failed up to `limit`.
        limit: Held steps of the measured horizon.
        counterexample: The way in which the run's counterexample fails, replayed step by step; None without one.
        seconds: Time spent.
    """

    task: str
    findings: list[Finding]
    fixed_points: tuple[RestingPoint, ...] = ()
    slow_places: tuple[SlowPlace, ...] = ()
    holds: tuple[HoldResult, ...] = ()
    borders: tuple[Border, ...] = ()
    portraits: tuple[Portrait, ...] = ()
    predicted_horizon: int | None = None
    measured_horizon: int | None = None
    limit: int = 0
    counterexample: str | None = None
    seconds: float = 0.0
    format: int = 1
