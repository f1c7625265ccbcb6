"""Seconds that a search may be given."""

from anylength.base import InputError, brief, is_real

MIN_BUDGET, MAX_BUDGET = 0.1, 86_400.0
"""Seconds that a search may be given. Below the minimum no search gets anywhere; the maximum is one day."""

PROVE_SECONDS, EXTRACT_SECONDS, EXPLAIN_SECONDS = 60.0, 20.0, 60.0
"""Default budgets in seconds."""


def check_budget(budget: float) -> None:
    """Checks a time to spend.

    Raises:
        InputError: It is too short, too long, or no number.
    """
    if not is_real(budget, MIN_BUDGET, MAX_BUDGET):
        raise InputError(f"a budget of {MIN_BUDGET} to {MAX_BUDGET:.0f} seconds", brief(budget), "pass for example --budget 60")
