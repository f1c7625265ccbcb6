from .comparisons import fisher_exact_test, holm, log_rank_test
from .means import mean_interval
from .shares import share, share_of
from .survival import SurvivalData, kaplan_meier

__all__ = ["SurvivalData", "fisher_exact_test", "holm", "kaplan_meier", "log_rank_test", "mean_interval", "share", "share_of"]
