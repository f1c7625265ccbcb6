"""VNN-LIB: the steps of certificates and of counterexamples as queries for verifiers of feedforward networks."""

from anylength.interchange.vnnlib.folder import NETWORK, SECONDS, most_queries, query_folder
from anylength.interchange.vnnlib.inclusions import SHARE, all_edges, inclusion_queries
from anylength.interchange.vnnlib.mistakes import mistake_queries
from anylength.interchange.vnnlib.query import SAT, UNSAT, Query
from anylength.interchange.vnnlib.step_network import step_network

__all__ = [
    "NETWORK", "SAT", "SECONDS", "SHARE", "UNSAT", "Query", "all_edges", "inclusion_queries", "mistake_queries",
    "most_queries", "query_folder", "step_network",
]  # fmt: skip
