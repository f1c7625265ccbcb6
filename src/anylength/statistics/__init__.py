"""Statistics over nets: shares with intervals, breaking lengths with nets that never broke, comparisons of two settings. No JAX."""

from anylength.statistics.comparisons import fisher_exact_test, holm, log_rank_test
from anylength.statistics.shares import share, share_of
from anylength.statistics.survival import SurvivalData, kaplan_meier

__all__ = ["SurvivalData", "kaplan_meier", "holm", "log_rank_test", "fisher_exact_test", "share", "share_of"]
