"""The claims of the blog post, each with its measured shares and a sentence that depends on them."""

import statistics
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from anylength.records import Share
from anylength.records.verdicts import PROVED
from anylength.statistics import share
from studies.post.records import PostNet, PostPart

LENGTHS = (5, 10, 12, 15, 20, 30, 50)
"""Lengths in digits that the page shows: two within the training lengths (up to 10), the post's 20, and others beyond."""

POST_LENGTH, POST_EPOCHS, MOST_EPOCHS = 20, 4, 10
"""The length in digits that the post tried, the epochs that its net needed, and the epochs of our training."""

FAST_EPOCHS = 3
"""The post's net needed 3–4 epochs. A median below 3 is faster."""

POST_BREAKS = (20, 30)
"""The post's net broke past some 25 nines. Nets that break in this range count as near."""

MEMORY_LENGTH, MEMORY_GOOD = 40, 0.99
"""The length in digits at which nets with memory are tested, and the accuracy from which one has learned the task."""

MOST, FEW = 0.5, 0.1
"""A claim is true of most nets if the interval lies above 0.5, and true of few nets if it lies below 0.1. Conventions."""

Parts = Mapping[str, PostPart]
"""The measured parts by name."""

Row = tuple[str, str, str, str]
"""Claim, number of seeds, measurement, sentence."""


def share_text(value: Share) -> str:
    """A share with its interval."""
    return f"{value.right} of {value.tried} ({100 * value.low:.0f}–{100 * value.high:.0f} %)"


def share_of(nets: Sequence[PostNet], condition: Callable[[PostNet], bool]) -> Share:
    """The share of nets that satisfy a condition."""
    return share(sum(map(condition, nets)), len(nets))


def has_learned(nets: Sequence[PostNet], epochs: int) -> Share:
    """The share of nets with 100 % on training and validation data within a number of epochs."""
    return share_of(nets, lambda net: net.perfect_at is not None and net.perfect_at <= epochs)


def has_broken(nets: Sequence[PostNet]) -> Share:
    """The share of nets that lose the carry within the limit."""
    return share_of(nets, lambda net: net.horizon is not None)


def has_mistake(nets: Sequence[PostNet]) -> Share:
    """The share of nets that are wrong on some number of the stress test."""
    return share_of(nets, lambda net: net.shortest_mistake is not None)


def quartiles_text(values: Sequence[int]) -> str:
    """Lower quartile, median, upper quartile."""
    return ", ".join(f"{value:g}" for value in np.quantile(values, [0.25, 0.5, 0.75]))


def _learning(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    nets = parts["rnn"].nets
    epochs = [net.perfect_at for net in nets if net.perfect_at is not None]
    median = statistics.median(epochs) if epochs else float("inf")
    result = "True, and faster" if median < FAST_EPOCHS else "True" if median <= POST_EPOCHS else "Not true of the median net"
    shares = {most: share_text(has_learned(nets, most)) for most in (POST_EPOCHS, MOST_EPOCHS)}
    measured = f"100 % within {POST_EPOCHS} epochs: {shares[POST_EPOCHS]}; within {MOST_EPOCHS}: {shares[MOST_EPOCHS]}"
    sentence = f"{result} (median {median:g} epochs). The share depends on the width, which the post does not state."
    return "an RNN reaches 100 % in 3–4 epochs", str(len(nets)), measured, sentence


def _twenty_digits(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    nets, length = parts["rnn"].nets, str(POST_LENGTH)
    random = share_of(nets, lambda net: net.random_accuracy[length] == 1.0)
    hard = share_of(nets, lambda net: net.worst_accuracy[length] == 1.0)
    measured = f"all 128 random numbers of {length} digits right: {share_text(random)}; all hard ones right: {share_text(hard)}"
    sentence = f"Random numbers: {_how_many(random)}. Hard numbers: {_how_many(hard)}."
    return f"it is perfect at {length} digits", str(len(nets)), measured, sentence


def _how_many(value: Share) -> str:
    """Whether a claim is true of most, some or few nets, by the interval of its share."""
    return "true of most nets" if value.low > MOST else "true of few nets" if value.high < FEW else "true of some nets"


def _breaking(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    part = parts["rnn"]
    broken = [net.horizon for net in part.nets if net.horizon is not None]
    mistaken = has_mistake(part.nets)
    measured = f"lose the carry within {part.limit:,} nines: {share_text(has_broken(part.nets))}"
    if broken:
        least, most = POST_BREAKS
        near = sum(least <= horizon <= most for horizon in broken)
        measured += (
            f", after {min(broken)} to {max(broken)} nines (quartiles {quartiles_text(broken)}; {near} nets after {least}–{most})"
        )
    measured += f"; wrong on some number of the stress test: {share_text(mistaken)}"
    sentence = (
        f"One draw of many: {len(part.nets) - len(broken)} nets never lose the carry within {part.limit:,} nines, and "
        f"{mistaken.right - len(broken)} of these are wrong on other numbers."
    )
    return "it breaks past some 25 nines", str(len(part.nets)), measured, sentence


def _gated_cells(parts: Parts) -> Row | None:
    names = [name for name in ("lstm", "gru") if name in parts]
    if not names or "rnn" not in parts:
        return None
    compared = [parts["rnn"], *(parts[name] for name in names)]
    measured = "; ".join(
        f"{part.name}: break on nines {share_text(has_broken(part.nets))}, "
        f"wrong on some number {share_text(has_mistake(part.nets))}"
        for part in compared
    )
    seeds = " / ".join(str(len(part.nets)) for part in compared)
    return "LSTMs do no better", seeds, measured, _comparison(compared[0].nets, compared[1].nets)


def _comparison(rnn: Sequence[PostNet], lstm: Sequence[PostNet]) -> str:
    """Compares the shares of nets with a mistake, by their intervals."""
    plain, gated = has_mistake(rnn), has_mistake(lstm)
    if gated.low > plain.high:
        return "Even worse: more LSTMs than plain RNNs are wrong on some number."
    if gated.high < plain.low:
        return "Not quite: fewer LSTMs than plain RNNs are wrong on some number, but many are."
    return "True: the intervals overlap."


def _attention(parts: Parts) -> Row | None:
    names = [name for name in ("content", "location") if name in parts]
    if not names:
        return None
    medians = "; ".join(_attention_text(name, parts[name].nets) for name in names)
    measured = f"median share of numbers of {POST_LENGTH} digits right: {medians}"
    sentence = f"Median nets. {'; '.join(_collapse_text(name, parts[name].nets) for name in names)}."
    claim = "attention by content and by location fails beyond the training length"
    return claim, str(len(parts[names[0]].nets)), measured, sentence


def _attention_text(name: str, nets: Sequence[PostNet]) -> str:
    """The median accuracies of attention nets at the post's length."""
    random, hard = (
        statistics.median(getattr(net, kind)[str(POST_LENGTH)] for net in nets) for kind in ("random_accuracy", "worst_accuracy")
    )
    return f"{name}: random {random:.0%}, hard {hard:.0%}"


def _collapse_text(name: str, nets: Sequence[PostNet]) -> str:
    """The first length at which the median net is wrong on more than half of the numbers."""
    random, hard = (
        _first_length_below_half([getattr(net, kind) for net in nets]) for kind in ("random_accuracy", "worst_accuracy")
    )
    return f"{name}: {random} (hard numbers: {hard})"


def _first_length_below_half(accuracies: Sequence[Mapping[str, float]]) -> str:
    """Where the median accuracy falls below one half, in words."""
    lengths = [length for length in LENGTHS if str(length) in accuracies[0]]
    below = [n for n in lengths if statistics.median(accuracy[str(n)] for accuracy in accuracies) < 0.5]
    return f"below one half at {below[0]} digits" if below else f"above one half up to {max(lengths)} digits"


def _hundred_examples(parts: Parts) -> Row | None:
    if "hundred" not in parts:
        return None
    nets = parts["hundred"].nets
    perfect = share_of(nets, lambda net: net.validation_accuracy == 1.0)
    median = statistics.median(net.validation_accuracy for net in nets)
    measured = f"the post's training on 0…100: median {median:.0%} of longer numbers right; all right: {share_text(perfect)}"
    sentence = "Not true of every net, even with the post's training." if perfect.right else "True of the post's training."
    if "hundred-robust" in parts:
        proved = share_of(parts["hundred-robust"].nets, lambda net: net.verdict == PROVED)
        measured += f"; the recipe `robust` on the same 101 numbers, PROVED at every length: {share_text(proved)}"
        if proved.right:
            sentence += f" With another training, 101 numbers are enough: {proved.right} nets are proved."
    return "1…100 are too few examples", str(len(nets)), measured, sentence


def _external_memory(parts: Parts) -> Row | None:
    if "natural-stack" not in parts:
        return None
    kinds = (("natural-lstm", "an LSTM"), ("natural-stack", "two stacks"))
    texts = [_memory_text(kind, parts[name].nets) for name, kind in kinds if name in parts]
    measured = f"numbers of {MEMORY_LENGTH} digits, read and answered from the left: " + "; ".join(texts)
    nets = parts["natural-stack"].nets
    best = max(net.random_accuracy[str(MEMORY_LENGTH)] for net in nets)
    learned = f"The best stack net has {best:.0%} of the {MEMORY_LENGTH}-digit numbers right."
    result = learned if best >= MEMORY_GOOD else "The stack nets did not learn it either."
    sentence = f"From the left, no fixed number of states is enough. {result} From the right, no external memory is needed."
    seeds = " / ".join(str(len(parts[name].nets)) for name, _ in kinds if name in parts)
    return "external memory would help", seeds, measured, sentence


def _memory_text(kind: str, nets: Sequence[PostNet]) -> str:
    """The accuracies of nets at `MEMORY_LENGTH`: median, smallest and largest."""
    values = [net.random_accuracy[str(MEMORY_LENGTH)] for net in nets]
    spread = f"({min(values):.0%} to {max(values):.0%})"
    median = statistics.median(values)
    return f"{kind}: median {median:.0%} right {spread}"


CLAIMS: tuple[Callable[[Parts], Row | None], ...] = (
    _learning, _twenty_digits, _breaking, _gated_cells, _attention, _hundred_examples, _external_memory,
)  # fmt: skip
"""For each claim, the function that makes its row; None where a part is not measured."""
