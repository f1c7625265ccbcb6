"""What is known of a net that came from elsewhere."""

from anylength.records.record import Record


class Imported(Record, frozen=True):
    """What `import` did: `import.json` of a run.

    Attributes:
        run: The run's folder.
        path: Its weights file.
        file: The name of the file that the net came from.
        sha256: The SHA-256 of that file.
        origin: What the net was there, in words.
        cell: Its cell here.
        hidden: H.
        parameters: How many numbers it consists of.
        two_biases: Whether its two biases are kept apart, because adding them up would round.
        folding: How far W_ih x of the original, whose embedding was folded into W_ih, may be from this one's; 0: none was.
        runtime: What ran the original for comparison; None where nothing that can is installed.
        compared: Hard inputs that both were asked.
        different: Those of them that they answer differently somewhere: rounding, where a net is undecided.
    """

    run: str
    path: str
    file: str
    sha256: str
    origin: str
    cell: str
    hidden: int
    parameters: int
    two_biases: bool
    folding: float
    runtime: str | None
    compared: int
    different: int
    format: int = 1
