"""Names of the parts of a state in equations."""

from dataclasses import dataclass

import numpy as np

from anylength.programs.notation import short_names, subscript
from anylength.programs.program import Program


@dataclass(frozen=True)
class StateNames:
    """The names of the parts of a state.

    Attributes:
        parts: Name, first row and the row after the last of each part.
    """

    parts: tuple[tuple[str, int, int], ...]

    @classmethod
    def of(cls, program: Program) -> "StateNames":
        """`h` for a state of one part; `h` and `c` for two of which the answer reads the first; else `s₁`, `s₂`, …."""
        last = program.step[-1]
        rows = [program.step[n].rows for n in last.arguments] if last.op == "concatenate" else [last.rows]
        ends = np.cumsum(rows).tolist()
        read = program.answer[-1]
        range_read = (read["start"], read["stop"]) if read.op == "slice" and len(program.answer) == 2 else None
        ranges = [(end - count, end) for end, count in zip(ends, rows, strict=True)]
        if len(ranges) == 1:
            names = ["h"]
        elif len(ranges) == 2 and range_read == ranges[0]:
            names = ["h", "c"]
        else:
            names = [f"s{subscript(k + 1)}" for k in range(len(ranges))]
        return cls(tuple((name, *each) for name, each in zip(names, ranges, strict=True)))

    def line(self, program: Program) -> str:
        """What symbol and state are."""
        whole = "" if len(self.parts) == 1 else " s"
        parts = ", ".join(f"{name} (rows {start} to {stop - 1})" for name, start, stop in self.parts)
        start = f"starts as {short_names(program)[program.start]}" if program.start else "starts at 0"
        return f"x: the encoded symbol, {program.encoded} rows; the state{whole}: {parts}, {start}; ' marks the new state"

    def text(self, start: int, stop: int, prime: str) -> str:
        """Rows of a state."""
        for name, first, end in self.parts:
            if first <= start and stop <= end:
                rows = "" if (first, end) == (start, stop) else f"[{start - first}:{stop - first}]"
                return f"{name}{prime}{rows}"
        return f"s{prime}[{start}:{stop}]"
