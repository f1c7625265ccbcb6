"""The record of an export."""

from anylength.base import Record


class Exported(Record, frozen=True):
    """The result of `export`.

    Attributes:
        run: The run's folder.
        path: The file written.
        files: All files written: in C, the file and its header.
        target: The export format, a key of `interchange.EXPORTS`.
        covered: Whether the proof in the run's certificate also holds for the exported net where it is run.
        statement: Why, or why not, in one sentence.
        usage: Lines of code that use the file.
        format: The format number.
    """

    run: str
    path: str
    files: tuple[str, ...]
    target: str
    covered: bool
    statement: str
    usage: str
    format: int = 1


class Formalised(Record, frozen=True):
    """The result of `formalise`.

    Attributes:
        run: The run's folder.
        path: The folder written.
        statement: What the theorem says, in one sentence.
        noise: How much every number of every state may be off at every step.
        installed: Whether the proof assistant was found on this machine.
        format: The format number.
    """

    run: str
    path: str
    statement: str
    noise: float
    installed: bool
    format: int = 1
