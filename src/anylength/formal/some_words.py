"""Proofs about some words only, in Rocq: which they are, and why a certificate speaks of them (formal/regions/SomeWords.v)."""

from typing import Any, NamedTuple

from anylength.formal.reading import Files
from anylength.formal.spelling import block, listed, wrapped


class SomeWords(NamedTuple):
    """The words of a claim that is not about all words.

    Attributes:
        words: Which words, for people.
        paths: The certificate without ellipsoids, as a term.
        definitions: The text that defines what the kernel needs to know of them.
        computed: What the kernel computes: a term that is true.
        premise: That the word `w` is one of them, as a term.
        reason: The theorem that the certificate speaks of them, for the words over the alphabet.
    """

    words: str
    paths: str
    definitions: str
    computed: str
    premise: str
    reason: str


def some_words(files: Files, proof: dict[str, Any], symbols: str) -> SomeWords | None:
    """The words that a certificate is about; None where these are all words.

    Args:
        files: The certificate and the weights.
        proof: One of the certificate's proofs.
        symbols: How many symbols there are, as a term.
    """
    words = files.top.get("words")
    if words is None:
        return None
    return _short(words["steps"], proof, symbols) if "steps" in words else _read(words["automaton"], proof, symbols)


def _paths(proof: dict[str, Any]) -> str:
    """The certificate as a term: all that counts of it is which node follows which."""
    return "(bare certificate)" if "blocks" in proof else "certificate"


def nodes_after(node: dict[str, Any], nodes: int) -> list[int]:
    """A node's next nodes. Where there is none, the number of nodes stands."""
    return [after if after >= 0 else nodes for after in node["next"]]


def _short(most: int, proof: dict[str, Any], symbols: str) -> SomeWords:
    """Words of so many symbols at most."""
    steps = wrapped(list(map(str, steps_to_nodes(proof))))
    paths = _paths(proof)
    arguments = f"{paths} {symbols} {most}%N steps_to_nodes"
    return SomeWords(
        words=f"of at most {most} symbols",
        paths=paths,
        definitions=f"Definition steps_to_nodes : list N := {steps}%N.",
        computed=f"short_words {arguments} = true",
        premise=f"(N.of_nat (length w) <= {most})%N",
        reason=f"speaks_of_short_words {arguments} words_of_the_claim",
    )


def _read(table: list[list[int]], proof: dict[str, Any], symbols: str) -> SomeWords:
    """Words that an automaton reads."""
    rows = block([listed(str(state if state >= 0 else len(table)) for state in row) for row in table])
    states = wrapped([str(node["automaton"]) for node in proof["nodes"]])
    paths = _paths(proof)
    arguments = f"{paths} {symbols} automaton states_of_nodes"
    return SomeWords(
        words=f"that an automaton of {len(table)} states reads",
        paths=paths,
        definitions=f"Definition automaton : list (list nat) := {rows}.\n\nDefinition states_of_nodes : list nat := {states}.",
        computed=f"words_of {arguments} = true",
        premise="reads automaton w",
        reason=f"speaks_of_words_of {arguments} words_of_the_claim",
    )


def steps_to_nodes(proof: dict[str, Any]) -> list[int]:
    """How many symbols the shortest word to each node has. The checkers refuse a node to which there is none."""
    steps, waiting = {proof["start"]: 0}, [proof["start"]]
    for number in waiting:
        fresh = dict.fromkeys(after for after in proof["nodes"][number]["next"] if after >= 0 and after not in steps)
        steps.update((after, steps[number] + 1) for after in fresh)
        waiting += fresh
    return [steps[number] for number in range(len(proof["nodes"]))]
