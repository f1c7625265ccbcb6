"""Statistics over many nets: proportions with intervals, survival curves of held lengths, tests of two settings. No JAX."""

from anylength.statistics.comparisons import fisher_exact_test, holm, log_rank_test
from anylength.statistics.means import mean_interval
from anylength.statistics.shares import share, share_of
from anylength.statistics.survival import SurvivalData, kaplan_meier

__all__ = ["SurvivalData", "fisher_exact_test", "holm", "kaplan_meier", "log_rank_test", "mean_interval", "share", "share_of"]
