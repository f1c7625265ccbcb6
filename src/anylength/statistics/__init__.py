"""Statistics over nets: shares with intervals, breaking lengths with nets that never broke, comparisons of two settings. No JAX."""

from anylength.statistics.breaks import Counted, breaks
from anylength.statistics.comparing import holm, same_breaks, same_share
from anylength.statistics.shares import share, share_of

__all__ = ["Counted", "breaks", "holm", "same_breaks", "same_share", "share", "share_of"]
