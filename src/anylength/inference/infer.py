"""Inference: words with known outputs → a machine, as far as the words determine it."""

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.inference.evidence import MOST_COUNTED, Tables, evidence_of, refutations
from anylength.inference.inferred import Inferred
from anylength.inference.merging import Merging
from anylength.inference.prefix_tree import prefix_tree
from anylength.inference.words import UNKNOWN, LabelledWords


def infer(words: LabelledWords, symbols: int, *, evidence: int = 1) -> Inferred:
    """The machine that state merging finds (see `merging`). It contradicts none of the words, and their order does not matter.

    A next state is kept only if each other state of the machine in its place would contradict a word (see `evidence_of`).

    Args:
        words: Words with known outputs.
        symbols: A, the size of the alphabet.
        evidence: The least number of uses that must speak against each other next state, 1 to `MOST_COUNTED`; 0 keeps all.

    Raises:
        InputError: The words contradict each other, have no known output, are too many or need too many states. Or `evidence` is
            out of range.
    """
    if not 0 <= evidence <= MOST_COUNTED:
        raise InputError(f"0 to {MOST_COUNTED} uses as evidence", str(evidence), "pass for example 1")
    merging = Merging(prefix_tree(words, symbols), symbols)
    merging.run()
    tables = _reachable(_tables(merging, symbols))[0]
    refuted = refutations(tables, words)
    found = evidence_of(tables, refuted)
    kept, states = _reachable(Tables(np.where(found < evidence, UNKNOWN, tables.delta), tables.output))
    possible = refuted[states][:, :, states] < max(1, evidence)
    return Inferred(kept.delta, kept.output, found[states], possible, merging.merges, words.names)


def _tables(merging: Merging, symbols: int) -> Tables:
    """The states of a merged tree, and what is known of them."""
    number = {state: i for i, state in enumerate(merging.states)}
    delta, output = (np.full((len(number), symbols), UNKNOWN) for _ in range(2))
    for state, i in number.items():
        for symbol, child in merging.children[state].items():
            delta[i, symbol] = number.get(child, UNKNOWN)
        for symbol, known in merging.outputs[state].items():
            output[i, symbol] = known
    return Tables(delta, output)


def _reachable(tables: Tables) -> tuple[Tables, NDArray[np.int64]]:
    """The reachable states in breadth-first order: the tables with these alone, and the states' old numbers."""
    order = [0]
    found = {0}
    for state in order:
        for target in tables.delta[state].tolist():
            if target != UNKNOWN and target not in found:
                found.add(target)
                order.append(target)
    states = np.array(order)
    renumbered = np.full(len(tables.delta) + 1, UNKNOWN)  # its last entry renumbers UNKNOWN, which is −1
    renumbered[states] = np.arange(len(states))
    return Tables(renumbered[tables.delta[states]], tables.output[states]), states
