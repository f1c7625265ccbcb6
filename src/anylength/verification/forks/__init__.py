"""The search for proofs by ellipsoids with forks, for nets whose cells keep what they are in for long."""

from anylength.verification.forks.find import FORK_SHARE, LEAST_FORK_SECONDS, find_forked_proof
from anylength.verification.forks.kept import holds_forks

__all__ = ["FORK_SHARE", "LEAST_FORK_SECONDS", "find_forked_proof", "holds_forks"]
