"""The nodes of a cover: one per machine state, or one per machine state and the last few symbols."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anylength.rules import Machine, explore

MAX_NODES = 20_000
"""Most nodes of a graph. A certificate may hold 100,000 in all its proofs; larger graphs take minutes to search."""


@dataclass(frozen=True)
class Graph:
    """Nodes without boxes: `machine_states` `[N]`, `successors` `[N, A]`; the start is node 0."""

    machine_states: NDArray[np.int64]
    successors: NDArray[np.int64]


def graph(machine: Machine, memory: int) -> Graph | None:
    """The graph of (machine state, last `memory` symbols), explored from the start; None where it has too many nodes."""
    if machine.states * machine.symbols**memory > MAX_NODES:
        return None

    def follow(node: tuple[int, tuple[int, ...]], symbol: int) -> tuple[int, tuple[int, ...]]:
        state, recent = node
        remembered = (*recent, symbol)[-memory:] if memory else ()
        return machine.delta[state][symbol], remembered

    start: tuple[int, tuple[int, ...]] = (machine.start, ())
    nodes = [node for node, _ in explore(start, range(machine.symbols), follow)]
    index = {node: number for number, node in enumerate(nodes)}
    successors = [[index[follow(node, symbol)] for symbol in range(machine.symbols)] for node in nodes]
    return Graph(np.array([state for state, _ in nodes]), np.array(successors))
