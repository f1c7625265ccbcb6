"""Records of a run as a page shows it: all that its files say, in the form that the page's scripts read."""

from anylength.records.explanations import Explanation
from anylength.records.extraction import Extraction
from anylength.records.film import Frame
from anylength.records.lengths import Stress
from anylength.records.record import Record
from anylength.records.runs import Environment, Epoch, RunConfig, Training
from anylength.records.verdicts import Verdict


class TensorView(Record, frozen=True):
    """A tensor: its shape, and its float32 values, little-endian and row by row, in base64."""

    shape: list[int]
    data: str


class LayoutView(Record, frozen=True):
    """How numbers lie in time: `least-first` and `most-first` with a tail of zeros, or `phases` as `tasks.phases.Phases` says."""

    kind: str
    tail: int = 0
    markers: int = 0
    work: tuple[int, int] = (0, 0)
    answers: tuple[int, int] = (0, 0)
    most_first: bool = False
    written: bool = False


class TableView(Record, frozen=True):
    """A task's machine: in state q under symbol s the output is `output[q][s]`, the next state `delta[q][s]`."""

    start: int
    delta: list[list[int]]
    output: list[list[int]]
    names: list[str]


class TaskView(Record, frozen=True):
    """What a script must know of a task to ask a net a question and to judge its answer."""

    name: str
    summary: str
    base: int
    tapes: int
    letters: int
    classes: int
    labels: list[str] | None
    negative: bool
    layout: LayoutView
    machine: TableView | None


class NetView(Record, frozen=True):
    """A net with its weights, and its task."""

    cell: str
    hidden: int
    parameters: int
    tensors: dict[str, TensorView]
    task: TaskView


class EdgeView(Record, frozen=True):
    """All transitions of a drawn machine from one state to another."""

    source: int
    target: int
    label: str


class MachineView(Record, frozen=True):
    """A machine to be drawn, and where it is from, in words."""

    says: str
    start: int
    names: list[str]
    edges: list[EdgeView]


class BoxView(Record, frozen=True):
    """One region of a certificate: the interval of every coordinate of the messages, for one state of the machine."""

    state: str
    low: list[float]
    high: list[float]


class ProofView(Record, frozen=True):
    """One proof of a certificate."""

    epsilon: float
    eta: float
    formats: list[str]
    boxes: list[BoxView]


class CertificateView(Record, frozen=True):
    """A certificate, what the independent checker said of it when the page was made, and both files for whoever wants to check.

    Attributes:
        valid: The checker's word.
        reason: Why it rejects, else None.
        lines: What it has checked, in words.
        claim: What is proved.
        proofs: The proofs.
        text: The file `certificate.json`.
    """

    valid: bool
    reason: str | None
    lines: list[str]
    claim: str | None
    proofs: list[ProofView]
    text: str


class RunView(Record, frozen=True):
    """A run as a page shows it. What was not made yet is None, or empty.

    `model` is the file `model.safetensors` in base64, for downloads; `origin` says where a net is from that no recipe trained.
    """

    name: str
    config: RunConfig
    environment: Environment
    training: Training | None
    epochs: list[Epoch]
    film: list[Frame]
    net: NetView | None
    model: str | None
    stress: Stress | None
    explanation: Explanation | None
    extraction: Extraction | None
    machine: MachineView | None
    verdict: Verdict | None
    certificate: CertificateView | None
    origin: str | None = None
