"""Records that pages read: a run with all its results, in the form that the pages' scripts expect."""

from typing import Any

from anylength.base import Record
from anylength.records.explanations import Explanation
from anylength.records.lengths import Stress
from anylength.records.run_words import RunWords
from anylength.records.runs import Environment, Epoch, RunConfig, Training
from anylength.records.verdicts import AnyVerdict
from anylength.rules import Extraction


class TensorView(Record, frozen=True):
    """A tensor.

    Attributes:
        shape: Its shape.
        data: Its values as float32, little-endian, row by row, in base64.
    """

    shape: list[int]
    data: str


class LayoutView(Record, frozen=True):
    """A layout: how numbers become words, and outputs an answer.

    Attributes:
        kind: `least-first`, `most-first`, `in-order` (words of named symbols) or `phases`.
        tail: `least-first`: steps of symbol 0 after the numbers.
        markers: `phases`: see `tasks.phases.Phases`, as for all fields below.
        work: (a, b): a·L + b steps to work on numbers of L digits.
        answers: (c, d): ⌈c·L⌉ + d steps of answers.
        read_most_first: Whether numbers are read with the most significant digit first.
        answer_most_first: Whether the answer comes with the most significant digit first.
    """

    kind: str
    tail: int = 0
    markers: int = 0
    work: tuple[int, int] = (0, 0)
    answers: tuple[int | float, int] = (0, 0)
    read_most_first: bool = False
    answer_most_first: bool = False


class TableView(Record, frozen=True):
    """A task's machine: in state q on symbol s the output is `output[q][s]` and the next state `delta[q][s]`.

    Attributes:
        start: The number of the start state.
        delta: `[Q][A]` next states.
        output: `[Q][A]` output classes.
        names: `[Q]` names of the states.
        words: `[Q]` a shortest word that leads to each state, where the names of the states are but numbers; else None.
    """

    start: int
    delta: list[list[int]]
    output: list[list[int]]
    names: list[str]
    words: list[str] | None = None


class NumberPattern(Record, frozen=True):
    """A number of any length: `before`, then the digits of `repeat` again and again, then `after`. See `tasks.examples`.

    Where symbols of a word stand apart, `separator` is what stands between them; it is empty where they do not.
    """

    before: str
    repeat: str
    after: str = ""
    separator: str = ""


class ExampleView(Record, frozen=True):
    """An example question that suits the task.

    Attributes:
        label: Its name; "{count}" stands for the number of digits of the repetition.
        numbers: One for each tape.
    """

    label: str
    numbers: list[NumberPattern]


class TaskView(Record, frozen=True):
    """What a script needs to ask a net a question and to check its answer: see `tasks.Task` for the fields.

    Attributes:
        name: The task's name.
        summary: One line for people.
        base: Digits are 0…base−1.
        tapes: How many numbers are read side by side.
        letters: Size of one tape's alphabet: digits and markers.
        classes: C, output classes.
        labels: Names of the output classes, or None where they are digits.
        negative: Whether an answer may stand for a number below zero.
        layout: How numbers become words.
        machine: The task's machine; None for a task that is not finite-state.
        example: An example question that suits the task.
        names: Names of the symbols of a task that reads words; None for one that reads numbers.
        graded: With labels, which outputs are the answer: the `last` alone, or `all`.
        end: The output class that ends an answer; None where an answer has all its outputs.
        stack_machine: Of a net's task that a machine with stacks does: the machine, with at least the net's stacks, as certificates
            keep it.
    """

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
    example: ExampleView
    names: list[str] | None = None
    graded: str = "last"
    end: int | None = None
    stack_machine: dict[str, Any] | None = None


class NetView(Record, frozen=True):
    """A net and its task.

    Attributes:
        cell: The cell's name.
        hidden: H, hidden units.
        parameters: Number of parameters.
        tensors: The tensors by name.
        task: The task.
        program: The step program, in its JSON form; None for a net whose state or context grows.
        growing: For a net whose state grows, its programs (`cells.growing_fields`). Its tensors are then as it answers, with
            hard actions.
        equations: The program as equations, and what their signs mean; empty without a program.
    """

    cell: str
    hidden: int
    parameters: int
    tensors: dict[str, TensorView]
    task: TaskView
    program: dict[str, Any] | None = None
    growing: dict[str, Any] | None = None
    equations: tuple[str, ...] = ()


class EdgeView(Record, frozen=True):
    """An edge of a drawn machine: all transitions from one state to another.

    Attributes:
        source: The number of the state they leave.
        target: The number of the state they lead to.
        label: The edge's label, such as "0-8 / 1-9".
    """

    source: int
    target: int
    label: str


class MachineView(Record, frozen=True):
    """A machine to be drawn.

    Attributes:
        caption: Which machine it is, in words.
        start: The number of the start state.
        names: The names of the states.
        edges: The edges: all of them, or the first of very many.
        words: See `TableView`.
        edges_left: How many edges are left out.
    """

    caption: str
    start: int
    names: list[str]
    edges: list[EdgeView]
    words: list[str] | None = None
    edges_left: int = 0


class BoxView(Record, frozen=True):
    """One region of a certificate: an interval for every coordinate of the recurrent term, for one machine state.

    Attributes:
        state: The name of the machine's state, or which letter of which stack it is.
        low: Lower bounds, one per coordinate.
        high: Upper bounds.
    """

    state: str
    low: list[float]
    high: list[float]


class ProofView(Record, frozen=True):
    """One proof of a certificate.

    Attributes:
        epsilon: ε, the error of every state coordinate at every step that the proof allows.
        eta: η, the least difference between the right logit and any other.
        formats: The number formats that the proof covers.
        boxes: The regions.
        letters: Of a net with stacks: for each letter of each stack the box of the vectors that are pushed for it.
    """

    epsilon: float
    eta: float
    formats: list[str]
    boxes: list[BoxView]
    letters: tuple[BoxView, ...] = ()


class CertificateView(Record, frozen=True):
    """A certificate, with the result of the independent checker at the time the page was made.

    Attributes:
        valid: Whether the checker accepts the certificate.
        reason: Why it rejects it, else None.
        lines: The checker's report, line by line.
        claim: What is proved, in words.
        proofs: The proofs; empty where the certificate is rejected.
        text: The text of `certificate.json`, for downloads.
    """

    valid: bool
    reason: str | None
    lines: list[str]
    claim: str | None
    proofs: list[ProofView]
    text: str


class RunView(Record, frozen=True):
    """A run with all its results. A result that does not exist yet is None or empty.

    Attributes:
        name: The name of the run's folder.
        config: The configuration.
        environment: Versions and machine.
        training: The result of the training.
        epochs: The metrics of each epoch.
        net: The net and its task.
        model: The file `model.safetensors` in base64, for downloads.
        stress: The stress test.
        explanation: The explanation.
        extraction: The extraction.
        machine: The machine to be drawn.
        verdict: The verdict.
        certificate: The certificate.
        words: What the records say, in sentences.
        origin: Where an imported net comes from; None for a net trained here.
    """

    name: str
    config: RunConfig
    environment: Environment
    training: Training | None
    epochs: list[Epoch]
    net: NetView | None
    model: str | None
    stress: Stress | None
    explanation: Explanation | None
    extraction: Extraction | None
    machine: MachineView | None
    verdict: AnyVerdict | None
    certificate: CertificateView | None
    words: RunWords
    origin: str | None = None
