"""The prefix tree of labelled words: one node for each prefix that some word has, and the known output of each edge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.base import InputError
from anylength.inference.words import UNKNOWN, LabelledWords, Word, written

MAX_NODES = 2_000_000
"""Most nodes of a tree, which take 600 MB at about 300 bytes each. 9,000 words of 11 symbols have at most 99,001 nodes."""


@dataclass(frozen=True)
class PrefixTree:
    """A tree over nodes 0, 1, …; node 0 is the empty prefix.

    Attributes:
        children: For each node, symbol → child.
        outputs: For each node, symbol → the known output of that edge. An edge whose output is not known has no entry.
        words: For each node, how many words have this prefix.
    """

    children: list[dict[int, int]]
    outputs: list[dict[int, int]]
    words: list[int]


def prefix_tree(words: LabelledWords, symbols: int) -> PrefixTree:
    """The prefix tree, built one length of prefixes after the other. Steps after the last graded one of a word are left out.

    Raises:
        InputError: A symbol is outside the alphabet, no step is graded, the words contradict each other, or they are too many.
    """
    _check(words, symbols)
    tree = PrefixTree([{}], [{}], [len(words)])
    needed, node = words.needed, np.zeros(len(words), np.int64)
    for step in range(words.symbols.shape[1]):
        rows = np.flatnonzero(needed[:, step])
        edges, index = np.unique(node[rows] * symbols + words.symbols[rows, step], return_inverse=True)
        first_node = len(tree.children)
        if first_node + len(edges) > MAX_NODES:
            got, remedy = f"more in {len(words):,} words", "pass fewer or shorter examples"
            raise InputError(f"examples with at most {MAX_NODES:,} different prefixes", got, remedy)
        outputs = _outputs(words, step, rows, index, len(edges))
        _grow(tree, edges, symbols, outputs, np.bincount(index, minlength=len(edges)))
        node[rows] = first_node + index
    return tree


def _check(words: LabelledWords, symbols: int) -> None:
    """Raises InputError unless all symbols are in the alphabet and some step is graded."""
    if words.symbols.size and words.symbols.max() >= symbols:
        raise InputError(f"symbols 0 to {symbols - 1}", str(words.symbols.max()), "pass the size of the examples' alphabet")
    if not words.graded.any():
        got = f"{len(words)} words without one"
        raise InputError("examples with at least one graded output", got, "pass examples with their right outputs")


def _outputs(words: LabelledWords, step: int, rows: NDArray[np.int64], index: NDArray[np.int64], edges: int) -> NDArray[np.int64]:
    """`[edges]`, the known output of each edge at this step. Raises InputError if two words say different outputs."""
    given = words.outputs[rows, step]
    graded = np.flatnonzero(given != UNKNOWN)
    outputs = np.full(edges, UNKNOWN)
    np.maximum.at(outputs, index[graded], given[graded])
    differing = graded[given[graded] != outputs[index[graded]]]
    if differing.size:
        # The first one by the word's symbols, so that the message does not depend on the order of the examples.
        row = min((tuple(words.symbols[rows[i], : step + 1].tolist()), int(given[i]), int(outputs[index[i]])) for i in differing)
        raise contradiction(*row, words.names)
    return outputs


def contradiction(word: Word, first: int, second: int, names: Sequence[str]) -> InputError:
    """The error for words that give one prefix two outputs."""
    remedy = "a machine answers a word in one way: correct or remove one of these examples"
    return InputError("one output after each word", f"outputs {first} and {second} after the word {written(word, names)}", remedy)


def _grow(tree: PrefixTree, edges: NDArray[np.int64], symbols: int, outputs: NDArray[np.int64], words: NDArray[np.int64]) -> None:
    """Adds one node for each edge, numbered as (node × symbols + symbol)."""
    for edge, output, count in zip(edges.tolist(), outputs.tolist(), words.tolist(), strict=True):
        parent, symbol = divmod(edge, symbols)
        tree.children[parent][symbol] = len(tree.children)
        if output != UNKNOWN:
            tree.outputs[parent][symbol] = output
        tree.children.append({})
        tree.outputs.append({})
        tree.words.append(count)
