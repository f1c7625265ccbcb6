"""Inference: words with known outputs → a machine, as far as the words determine it.

States are merged by evidence (Lang, Pearlmutter & Price 1998) on a prefix tree, for machines with an output on each transition.
States are nodes of the tree. An *open* node is a child of a state and no state yet. The open node with most words comes first. It
is compared with every state. Two nodes contradict each other if some word has different known outputs from the two. An open node
that contradicts every state becomes a state. Otherwise it is merged into the state with most evidence, where evidence is the
number of known outputs in which the two agree. An open node without evidence waits for other merges and states to bring some. Each
trial performs the merge and then undoes it, so a merge that is kept contradicts no word.

One row of an array is one word. An output of `UNKNOWN` (−1) says that this step is not graded. Steps after the last graded one say
nothing, so words of different lengths stand in one array.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import isqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anylength.base import InputError
from anylength.rules.machines import Machine, explore, minimise

UNKNOWN = -1
"""The output of a step that is not graded; in an inferred machine the next state or output that the words do not determine."""

MAX_NAMED_SYMBOLS = 40
"""Symbols of the longest word that a message writes out. The line then has about 100 characters."""

Word = tuple[int, ...]
"""The symbols of one word."""


@dataclass(frozen=True, eq=False)
class LabelledWords:
    """N words of up to T symbols, and their known outputs.

    Attributes:
        symbols: `[N, T]`, the alphabet's indices.
        outputs: `[N, T]` output classes, `UNKNOWN` where a step is not graded.
        names: The symbols' names for messages; empty: their numbers.

    Raises:
        InputError: The arrays do not have one shape `[N, T]`, or hold a negative symbol.
    """

    symbols: NDArray[np.int64]
    outputs: NDArray[np.int64]
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        symbols, outputs = (np.asarray(array, np.int64) for array in (self.symbols, self.outputs))
        if symbols.ndim != 2 or symbols.shape != outputs.shape:
            got = f"shapes {list(symbols.shape)} and {list(outputs.shape)}"
            raise InputError("symbols and outputs of one shape, one row for each word", got, "pass an output for each symbol")
        if symbols.size and symbols.min() < 0:
            raise InputError("symbols numbered from 0", str(symbols.min()), "number the symbols from 0")
        object.__setattr__(self, "symbols", symbols)
        object.__setattr__(self, "outputs", np.maximum(outputs, UNKNOWN))

    def __len__(self) -> int:
        return len(self.symbols)

    def __getitem__(self, rows: Any) -> "LabelledWords":
        """The words of some rows: a slice, a mask or an array of indices."""
        return LabelledWords(self.symbols[rows], self.outputs[rows], self.names)

    @property
    def graded(self) -> NDArray[np.bool_]:
        """`[N, T]`, whether the output of a step is known."""
        return self.outputs != UNKNOWN

    @property
    def needed(self) -> NDArray[np.bool_]:
        """`[N, T]`, whether a step is graded or a later step of its word is."""
        return np.logical_or.accumulate(self.graded[:, ::-1], axis=1)[:, ::-1]

    def __add__(self, other: "LabelledWords") -> "LabelledWords":
        """The words of both, with the names of the first."""
        length = max(self.symbols.shape[1], other.symbols.shape[1])
        both = [words._padded(length) for words in (self, other)]
        return LabelledWords(np.concatenate([w.symbols for w in both]), np.concatenate([w.outputs for w in both]), self.names)

    def _padded(self, length: int) -> "LabelledWords":
        room = ((0, 0), (0, length - self.symbols.shape[1]))
        return LabelledWords(np.pad(self.symbols, room), np.pad(self.outputs, room, constant_values=UNKNOWN), self.names)


def written(word: Word, names: Sequence[str]) -> str:
    """A word's symbols, as a message writes them: by their names, or by their numbers if there are no names."""
    more = "" if len(word) <= MAX_NAMED_SYMBOLS else f" … ({len(word):,} symbols)"
    return " ".join(names[symbol] if names else str(symbol) for symbol in word[:MAX_NAMED_SYMBOLS]) + more


def from_targets(symbols: ArrayLike, targets: ArrayLike, ignore: int, names: Sequence[str] = ()) -> LabelledWords:
    """The words of a data set: `[N, T]` symbols and targets, where the target `ignore` marks a step that is not graded."""
    outputs = np.asarray(targets, np.int64)
    return LabelledWords(np.asarray(symbols, np.int64), np.where(outputs == ignore, UNKNOWN, outputs), tuple(names))


def from_pairs(pairs: Sequence[tuple[Sequence[int], Sequence[int | None]]]) -> LabelledWords:
    """Words of any lengths, each with one output for each symbol; None where a step is not graded.

    Raises:
        InputError: A word and its outputs have different lengths.
    """
    length = max((len(word) for word, _ in pairs), default=0)
    symbols, outputs = np.zeros((len(pairs), length), np.int64), np.full((len(pairs), length), UNKNOWN)
    for row, (word, answers) in enumerate(pairs):
        if len(word) != len(answers):
            raise InputError(
                f"{len(word)} outputs for a word of {len(word)} symbols", str(len(answers)), "pass None where none is known"
            )
        symbols[row, : len(word)] = word
        outputs[row, : len(word)] = [UNKNOWN if output is None else output for output in answers]
    return LabelledWords(symbols, outputs)


MOST_COUNTED = 8
"""Evidence is counted up to this number: a transition for which 8 words speak is as certain as one for which 800 do."""

VISIT_BLOCKS = (0, MOST_COUNTED, 64)
"""A transition's uses are looked at in blocks, which start at these. Nearly all next states are refuted by the first 8 uses."""


@dataclass(frozen=True)
class Tables:
    """A machine with unknown entries, which starts in state 0.

    Attributes:
        delta: `[Q, A]` next states, `UNKNOWN` where not determined.
        output: `[Q, A]` output classes, `UNKNOWN` where not known.
    """

    delta: NDArray[np.int64]
    output: NDArray[np.int64]

    def with_lost_state(self) -> "Tables":
        """The machine with one more state, Q, for runs that have met an unknown next state. A run stays there."""
        states, symbols = self.delta.shape
        delta = np.vstack([np.where(self.delta == UNKNOWN, states, self.delta), np.full((1, symbols), states)])
        return Tables(delta, np.vstack([self.output, np.full((1, symbols), UNKNOWN)]))

    def trace(self, words: LabelledWords) -> NDArray[np.int64]:
        """`[N, T]`, the state before each step, Q after an unknown next state."""
        delta = self.with_lost_state().delta
        states = np.zeros(words.symbols.shape, np.int64)
        for step in range(1, words.symbols.shape[1]):
            states[:, step] = delta[states[:, step - 1], words.symbols[:, step - 1]]
        return states


@dataclass(frozen=True)
class _Uses:
    """The steps of all words that lead from a known state to a needed step: word, step and pair (state × symbols + symbol).

    Attributes:
        rank: The number of each use among the uses of its pair.
    """

    word: NDArray[np.int64]
    step: NDArray[np.int64]
    pair: NDArray[np.int64]
    rank: NDArray[np.int64]


def refutations(tables: Tables, words: LabelledWords) -> NDArray[np.int32]:
    """`[Q, A, Q]`: the uses of a transition in which that next state would contradict a known output, counted up to `MOST_COUNTED`.

    0 for the next state that the machine has: the words never contradict it.
    """
    states, symbols = tables.delta.shape
    uses = _uses(tables, words)
    counts = np.zeros((states * symbols, states), np.int32)
    lost = tables.with_lost_state()
    for block, first in enumerate(VISIT_BLOCKS):
        last = VISIT_BLOCKS[block + 1] if block + 1 < len(VISIT_BLOCKS) else len(uses.rank)
        chosen = np.flatnonzero((uses.rank >= first) & (uses.rank < last))
        # a million runs at the same time take about 40 MB
        for part in np.array_split(chosen, 1 + len(chosen) * states // 1_000_000):
            _count(lost, words, uses, part, counts)
    return np.minimum(counts, MOST_COUNTED).reshape(states, symbols, states)


def evidence_of(tables: Tables, refuted: NDArray[np.int32]) -> NDArray[np.int64]:
    """`[Q, A]`: how many uses of a transition speak against each other next state; of these numbers the least.

    0 where the next state is unknown. With one state there is no other next state, and the evidence is `MOST_COUNTED`.

    Args:
        tables: The machine.
        refuted: Its `refutations`.
    """
    own = tables.delta[:, :, None] == np.arange(len(tables.delta))
    return np.where(tables.delta == UNKNOWN, 0, np.where(own, MOST_COUNTED, refuted).min(axis=2))


def _uses(tables: Tables, words: LabelledWords) -> _Uses:
    trace, symbols = tables.trace(words), tables.delta.shape[1]
    pairs = trace * symbols + words.symbols
    word, step = np.nonzero(words.needed[:, 1:] & (trace[:, :-1] < len(tables.delta)))
    order = np.argsort(pairs[word, step], kind="stable")
    word, step = word[order], step[order]
    pair = pairs[word, step]
    return _Uses(word, step, pair, np.arange(len(pair)) - np.searchsorted(pair, pair))


def _count(lost: Tables, words: LabelledWords, uses: _Uses, chosen: NDArray[np.int64], counts: NDArray[np.int32]) -> None:
    """Counts, for each chosen use and each next state that is not refuted often enough yet, whether the word refutes it."""
    use, rival = np.nonzero(counts[uses.pair[chosen]] < MOST_COUNTED)
    use = chosen[use]
    other = rival != lost.delta.ravel()[uses.pair[use]]
    use, rival = use[other], rival[other]
    refuted = _refuted(lost, words, uses.word[use], uses.step[use], uses.pair[use], rival)
    np.add.at(counts, (uses.pair[use][refuted], rival[refuted]), 1)


def _refuted(
    lost: Tables,
    words: LabelledWords,
    word: NDArray[np.int64],
    step: NDArray[np.int64],
    pair: NDArray[np.int64],
    rival: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Whether a word's known outputs after a step contradict the machine in which `pair` leads to `rival`."""
    refuted = np.zeros(len(word), np.bool_)
    running, state, time = np.arange(len(word)), rival.copy(), step + 1
    symbols, length = lost.delta.shape[1], words.symbols.shape[1]
    while True:
        going = (time < length) & (state < len(lost.delta) - 1)
        running, state, time = running[going], state[going], time[going]
        if not len(running):
            return refuted
        symbol, known = words.symbols[word[running], time], words.outputs[word[running], time]
        output = lost.output[state, symbol]
        wrong = (known != UNKNOWN) & (output != UNKNOWN) & (known != output)
        refuted[running[wrong]] = True
        state = np.where(state * symbols + symbol == pair[running], rival[running], lost.delta[state, symbol])
        running, state, time = running[~wrong], state[~wrong], time[~wrong] + 1


NAMED_PAIRS = 3
"""Open pairs that a message names: a line holds three short words."""


@dataclass(frozen=True)
class OpenPair:
    """A state and a symbol of which the words do not determine the output, the next state, or both.

    Attributes:
        state: The state.
        symbol: The symbol.
        access: A shortest word that leads to the state. The pair in words: "`symbol` after `access`".
        output_known: Whether some word shows the output. If not, no word shows the pair.
        next_known: Whether the words determine the next state.
    """

    state: int
    symbol: int
    access: Word
    output_known: bool
    next_known: bool


@dataclass(frozen=True, eq=False)
class Inferred:
    """A machine as far as words determine it. It starts in state 0; its states are numbered in breadth-first order.

    Attributes:
        delta: `[Q, A]` next states, `UNKNOWN` (−1) where the words do not determine one.
        output: `[Q, A]` output classes, `UNKNOWN` where no word shows one.
        evidence: `[Q, A]`: the uses of a transition that speak against each other next state, the least of these numbers
            (see `evidence_of`).
        possible: `[Q, A, Q]`, whether fewer uses than required speak against a next state.
        merges: How many merges were made.
        names: The symbols' names for messages; empty: their numbers.
    """

    delta: NDArray[np.int64]
    output: NDArray[np.int64]
    evidence: NDArray[np.int64]
    possible: NDArray[np.bool_]
    merges: int
    names: tuple[str, ...] = ()

    @property
    def states(self) -> int:
        """Q, the number of states."""
        return len(self.delta)

    @property
    def symbols(self) -> int:
        """A, the number of symbols."""
        return self.delta.shape[1]

    @property
    def complete(self) -> bool:
        """Whether the words determine every output and every next state."""
        return bool((self.delta != UNKNOWN).all() and (self.output != UNKNOWN).all())

    def outputs(self, words: LabelledWords) -> NDArray[np.int64]:
        """`[N, T]`, the outputs on words, `UNKNOWN` at an open pair and from there on."""
        lost = Tables(self.delta, self.output).with_lost_state()
        return lost.output[Tables(self.delta, self.output).trace(words), words.symbols]

    def agrees(self, words: LabelledWords) -> bool:
        """Whether the machine gives all known outputs of the words."""
        return bool((self.outputs(words) == words.outputs)[words.graded].all())

    def access_words(self) -> dict[int, Word]:
        """Each state, in breadth-first order, with a shortest word that leads to it."""
        lost = Tables(self.delta, self.output).with_lost_state()
        found = explore(0, range(self.symbols), lambda state, symbol: int(lost.delta[state, symbol]))
        return {state: word for state, word in found if state < self.states}


def open_pairs(inferred: Inferred) -> list[OpenPair]:
    """What the words leave open, by state and symbol."""
    access = inferred.access_words()
    pairs = np.argwhere((inferred.delta == UNKNOWN) | (inferred.output == UNKNOWN)).tolist()
    return [
        OpenPair(q, s, access[q], bool(inferred.output[q, s] != UNKNOWN), bool(inferred.delta[q, s] != UNKNOWN)) for q, s in pairs
    ]


def completed(inferred: Inferred) -> Machine:
    """The smallest machine of an inferred one without open pairs.

    Raises:
        InputError: A pair is open.
    """
    pairs = open_pairs(inferred)
    unseen = [pair for pair in pairs if not pair.output_known]
    remedy = "pass more examples, or let the task answer the words that are missing (--ask)"
    if unseen:
        raise InputError("examples of every symbol in every state", f"none of {named(unseen, inferred.names)}", remedy)
    if pairs:
        got = f"too few to tell which state follows {named(pairs, inferred.names)}"
        raise InputError("examples that determine every next state", got, remedy)
    return minimise(machine(inferred.delta, inferred.output))


def machine(delta: NDArray[np.int64], output: NDArray[np.int64]) -> Machine:
    """The machine of complete tables."""
    return Machine(0, tuple(map(tuple, delta.tolist())), tuple(map(tuple, output.tolist())))


def named(pairs: Iterable[OpenPair], names: Sequence[str] = ()) -> str:
    """Open pairs in words, the first ones only, with the symbols' names or numbers."""
    texts = [f"symbol {written((pair.symbol,), names)} {_after(pair.access, names)}" for pair in pairs]
    more = f" and {len(texts) - NAMED_PAIRS:,} more" if len(texts) > NAMED_PAIRS else ""
    return ", ".join(texts[:NAMED_PAIRS]) + more


def _after(access: Word, names: Sequence[str]) -> str:
    return f"after the word {written(access, names)}" if access else "at the start"


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


class TellingWords:
    """Words that tell two states of a machine apart. Each is searched once."""

    def __init__(self, inferred: Inferred) -> None:
        self._delta, self._output = inferred.delta.tolist(), inferred.output.tolist()
        self._found: dict[tuple[int, int], Word | None] = {}

    def __call__(self, first: int, second: int) -> Word | None:
        """A shortest word on whose last symbol the known outputs of two states differ. None if the search finds none."""
        pair = first, second
        if pair not in self._found:
            self._found[pair] = self._search(pair)
        return self._found[pair]

    def any_two(self, states: list[int], rng: np.random.Generator) -> Word:
        """A word that tells two of the given states apart, which chance chooses; the empty word if the search finds none."""
        if len(states) < 2:
            return ()
        first, second = sorted(rng.choice(states, 2, replace=False).tolist())
        return self(first, second) or ()

    def _search(self, start: tuple[int, int]) -> Word | None:
        visited = {start}
        queue: deque[tuple[tuple[int, int], Word]] = deque([(start, ())])
        while queue:
            (p, q), word = queue.popleft()
            for symbol, (at_p, at_q) in enumerate(zip(self._output[p], self._output[q], strict=True)):
                if UNKNOWN not in (at_p, at_q) and at_p != at_q:
                    return (*word, symbol)
            for symbol, pair in enumerate(zip(self._delta[p], self._delta[q], strict=True)):
                # a machine of 60 states has 1,770 pairs
                if UNKNOWN not in pair and pair[0] != pair[1] and pair not in visited and len(visited) < 2_000:
                    visited.add(pair)
                    queue.append((pair, (*word, symbol)))
        return None
