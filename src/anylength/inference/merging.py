"""State merging with evidence (Lang, Pearlmutter & Price 1998) on a prefix tree, for machines with an output on each transition.

States are nodes of the tree. An *open* node is a child of a state and no state yet. The open node with most words comes first. It
is compared with every state. Two nodes contradict each other if some word has different known outputs from the two. An open node
that contradicts every state becomes a state. Otherwise it is merged into the state with most evidence, where evidence is the number
of known outputs in which the two agree. An open node without evidence waits for other merges and states to bring some.

Each trial performs the merge and then undoes it, so a merge that is kept contradicts no word.
"""

from heapq import heappop, heappush
from math import isqrt

from anylength.base import InputError
from anylength.inference.prefix_tree import PrefixTree

MAX_STATES = 1_000
"""Most states of an inferred machine. Words that no smaller machine explains have come from noise in every case seen."""

Change = tuple[dict[int, int], int]
"""A table and the entry that a merge has added to it."""


class Merging:
    """A prefix tree while its nodes are merged. `run` changes the tree that it was given.

    Attributes:
        max_states: Most states that it may have.
        states: The nodes that are states, in the order in which they were found; the first one is the start.
        merges: How many merges were kept.
    """

    def __init__(self, tree: PrefixTree, symbols: int) -> None:
        # most pairs of a transition and another next state; their counts take 4 bytes each
        self.max_states = min(MAX_STATES, isqrt(100_000_000 // symbols))
        self.children, self.outputs, self.words = tree.children, tree.outputs, tree.words
        self.states: list[int] = []
        self.merges = 0
        self._number: dict[int, int] = {}
        self._open: dict[int, tuple[int, int]] = {}
        self._queue: list[tuple[int, int, int, int]] = []
        self._waiting: list[int] = []

    def run(self) -> None:
        """Merges until each open node lacks evidence.

        Raises:
            InputError: The words need more than `max_states` states.
        """
        self._add_state(0)
        while True:
            before = self.merges, len(self.states)
            while self._queue:
                negative_words, _, _, node = heappop(self._queue)
                if node in self._open and self.words[node] == -negative_words:
                    self._decide(node)
            if not self._waiting or before == (self.merges, len(self.states)):
                return
            waiting, self._waiting = set(self._waiting) & self._open.keys(), []
            for node in waiting:
                self._enqueue(node)

    def _decide(self, node: int) -> None:
        """Makes an open node a state, or merges it, or lets it wait."""
        scores = [self._score(state, node) for state in self.states]
        best = max(scores)
        if best < 0:
            del self._open[node]
            self._add_state(node)
        elif best == 0:
            self._waiting.append(node)
        else:
            # Of states with equal evidence, the one with most words, then the oldest.
            equal = (state for state, score in zip(self.states, scores, strict=True) if score == best)
            self._merge(max(equal, key=self.words.__getitem__), node)

    def _add_state(self, node: int) -> None:
        if len(self.states) == self.max_states:
            remedy = "pass more examples; errors in them also have this effect"
            raise InputError(f"examples of a machine with at most {self.max_states:,} states", "examples that need more", remedy)
        self._number[node] = len(self.states)
        self.states.append(node)
        self._open_children(node)

    def _open_children(self, state: int) -> None:
        """Opens the children of a state that are neither states nor open."""
        for symbol, child in self.children[state].items():
            if child not in self._number and child not in self._open:
                self._open[child] = (state, symbol)
                self._enqueue(child)

    def _enqueue(self, node: int) -> None:
        """Puts an open node into the queue: most words first, then the oldest state, then the first symbol."""
        state, symbol = self._open[node]
        heappush(self._queue, (-self.words[node], self._number[state], symbol, node))

    def _score(self, state: int, node: int) -> int:
        """The evidence for a merge, −1 if it contradicts a word. The tables are as before afterwards."""
        parent, symbol = self._open[node]
        self.children[parent][symbol] = state
        changes: list[Change] = []
        score = self._fold(state, node, changes, [])
        for table, entry in reversed(changes):
            del table[entry]
        self.children[parent][symbol] = node
        return score

    def _merge(self, state: int, node: int) -> None:
        """Merges an open node, with all nodes below it, into a state."""
        parent, symbol = self._open.pop(node)
        self.children[parent][symbol] = state
        pairs: list[tuple[int, int]] = []
        self._fold(state, node, [], pairs)
        self.merges += 1
        for kept, folded in pairs:
            self.words[kept] += self.words[folded]
            if kept in self._number:
                self._open_children(kept)
            elif kept in self._open:
                self._enqueue(kept)

    def _fold(self, state: int, node: int, changes: list[Change], pairs: list[tuple[int, int]]) -> int:
        """Adds the tree below `node` to what is below `state`. Returns the agreeing outputs, −1 at the first contradiction.

        Every entry that it adds goes to `changes`, every pair (node kept, node folded into it) to `pairs`.
        """
        agreeing, children, outputs = 0, self.children, self.outputs
        stack = [(state, node)]
        while stack:
            pair = kept, folded = stack.pop()
            pairs.append(pair)
            known = outputs[kept]
            for symbol, output in outputs[folded].items():
                if symbol not in known:
                    known[symbol] = output
                    changes.append((known, symbol))
                elif known[symbol] == output:
                    agreeing += 1
                else:
                    return -1
            below = children[kept]
            for symbol, child in children[folded].items():
                if symbol in below:
                    stack.append((below[symbol], child))
                else:
                    below[symbol] = child
                    changes.append((below, symbol))
        return agreeing
