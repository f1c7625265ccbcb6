"""Records of what a net was exported as."""

from anylength.records.record import Record


class Exported(Record, frozen=True):
    """What `export` wrote.

    Attributes:
        run: The run's folder.
        path: The file.
        to: The form: a name in `interchange.EXPORT_FORMATS`.
        covered: Whether a proof of the run's certificate holds of the file where it is run.
        statement: That in words: why, or why not.
        use: Lines that use the file, to be pasted.
    """

    run: str
    path: str
    to: str
    covered: bool
    statement: str
    use: str
    format: int = 1
