"""Counts the rows of one setting of a sweep."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from anylength.records import Share, SweepRow
from anylength.statistics import SurvivalData, share


@dataclass
class Tally:
    """The counts of one setting.

    Attributes:
        nets: Number of rows.
        diverged: Rows whose training diverged.
        learned: Rows with 100 % on training and validation data.
        tested: Rows with a stress test.
        without_mistake: Rows whose stress test found no wrong answer.
        held_lengths: Breaking lengths of the stress tests.
        verdicts: Number of rows by verdict.
        failure_modes: Number of rows by failure mode.
        random: Sum of the accuracies on random words, by length.
        worst: Sum of the accuracies on hard words, by length.
    """

    nets: int = 0
    diverged: int = 0
    learned: int = 0
    tested: int = 0
    without_mistake: int = 0
    held_lengths: SurvivalData = field(default_factory=SurvivalData)
    verdicts: Counter[str] = field(default_factory=Counter)
    failure_modes: Counter[str] = field(default_factory=Counter)
    random: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    worst: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, row: SweepRow) -> None:
        """Counts one row. A net whose training diverged has not learned anything and has no stress test."""
        self.nets += 1
        self.diverged += row.diverged
        self.learned += row.perfect_at is not None
        if row.verdict is not None:
            self.verdicts[row.verdict] += 1
        self.failure_modes.update(row.failure_modes or [])
        if row.limit is not None:
            self._add_stress_test(row, row.limit)

    def _add_stress_test(self, row: SweepRow, limit: int) -> None:
        self.tested += 1
        self.without_mistake += row.shortest_mistake is None
        self.held_lengths.add(row.horizon, limit)
        for sums, accuracies in ((self.random, row.random_accuracy), (self.worst, row.worst_accuracy)):
            for length, value in (accuracies or {}).items():
                sums[length] += value

    def verdict_share(self, verdict: str) -> Share | None:
        """The share of nets with this verdict, among the nets with a verdict. None if there are none."""
        return share(self.verdicts[verdict], self.verdicts.total()) if self.verdicts else None

    def mean(self, sums: Mapping[str, float]) -> dict[str, float]:
        """Mean accuracies by length, from their sums over the tested nets."""
        return {length: total / self.tested for length, total in sums.items()}
