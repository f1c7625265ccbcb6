"""The record of an import."""

from anylength.base import Record


class Imported(Record, frozen=True):
    """The result of `import`: `import.json` of a run folder.

    Attributes:
        run: The run's folder.
        path: The run's weights file.
        source_file: The name of the imported file.
        sha256: The SHA-256 of that file.
        origin: What the net was in that file, in words.
        cell: The cell that it became.
        hidden: H, hidden units.
        parameters: Number of parameters.
        separate_biases: Whether the net keeps its two biases, because their sum is not a float32.
        folding_error: Largest error of W_ih·x, over all symbols x, caused by folding an embedding into W_ih; 0 without embedding.
        runtime: The program that ran the imported file for comparison; None where none is installed.
        inputs_compared: Number of stress inputs that both nets were run on.
        inputs_differing: How many of them the two nets answer differently, because of rounding.
        format: The format number.
    """

    run: str
    path: str
    source_file: str
    sha256: str
    origin: str
    cell: str
    hidden: int
    parameters: int
    separate_biases: bool
    folding_error: float
    runtime: str | None
    inputs_compared: int
    inputs_differing: int
    format: int = 1
