"""The one-step inclusions of a certificate by boxes as queries, all of them unsatisfiable.

For a node, with its machine state q and its box, and a symbol s: is there a state whose values of the cut lie in the box, and an
error of the step of at most epsilon in each coordinate, such that the values of the cut of the new state leave the box of the next
node, or that the logit of output(q, s) leads another logit by less than eta? No: this is what the certificate proves.

Boxes of a certificate fit closely, some to nine digits. So each step is asked about twice: `exact` has the very epsilon of the
certificate, and the other query a smaller one. Then each output has room, and a verifier in floating point can decide it.
"""

from collections.abc import Sequence

import numpy as np

from anylength.nets import Net, encoded_alphabet
from anylength.rules import Machine
from anylength.verification.certify import Cover, Proof
from studies.vnnlib.query import UNSAT, Query, lead_below, outside

SHARE = 0.875
"""The part of epsilon in a query that is not exact. An eighth of the error is room enough: float32 errs a thousand times less."""


def inclusion_queries(net: Net, machine: Machine, proof: Proof[Cover], edges: Sequence[tuple[int, int]]) -> list[Query]:
    """Two queries for each of these nodes and symbols."""
    return [_query(net, machine, proof, edge, exact=exact) for exact in (False, True) for edge in edges]


def all_edges(cover: Cover) -> list[tuple[int, int]]:
    """All nodes and symbols of a cover of all words."""
    nodes, symbols = cover.successors.shape
    return [(node, symbol) for node in range(nodes) for symbol in range(symbols)]


def _query(net: Net, machine: Machine, proof: Proof[Cover], edge: tuple[int, int], *, exact: bool) -> Query:
    cover, program, (node, symbol) = proof.cover, net.program, edge
    state, after = int(cover.machine_states[node]), int(cover.successors[edge])
    code, error = encoded_alphabet(net)[:, symbol], np.full(program.state, proof.epsilon * (1.0 if exact else SHARE))
    right, logits = machine.output[state][symbol], range(program.boxed, program.boxed + program.classes)
    others = [logit for logit in logits if logit != logits[right]]
    leaves = outside(cover.boxes.low[:, after], cover.boxes.high[:, after])
    return Query(
        name=f"node-{node}-symbol-{symbol}{'-exact' * exact}",
        meaning=f"Does symbol {symbol} lead from node {node} (machine state {state}) out of node {after}, or is output {right} not "
        "ahead by eta?",
        low=np.concatenate([cover.boxes.low[:, node], code, -error]),
        high=np.concatenate([cover.boxes.high[:, node], code, error]),
        outputs=program.boxed + program.classes,
        wrong=(*leaves, *lead_below(logits[right], others, proof.eta)),
        expected=UNSAT,
        exact=exact,
    )
