"""The page `docs/the-post.md`: for each claim of the post what it said, what was measured, and a sentence. Written from records."""

import statistics
from collections.abc import Callable, Sequence

import numpy as np

from anylength.lengths import share
from anylength.records import PostNet, PostPart, PostResults, Share

BEGIN = """# The post's claims, put to the test

A blog post taught a vanilla RNN to say n + 1, digit by digit from the right. It had one run of each kind. Here is what it said
beside what {seeds} seeds say (fewer where a net is slow: each row states how many). Shares have exact 95 % intervals
(Clopper–Pearson). Made by `anylength reproduce` from its results file; parts that were not measured are left out.

| the post | seeds | measured | in a sentence |
|---|---|---|---|
"""


def page(results: PostResults) -> str:
    """The whole page as Markdown."""
    known = {part.name: part for part in results.parts if part.nets}
    rows = [row for claim in CLAIMS if (row := claim(known)) is not None]
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    lines = [BEGIN.format(seeds=results.seeds) + table, *(text for make in SECTIONS if (text := make(known)))]
    baselines = "; ".join(f"in {base.dtype} right up to {base.longest_right} digits" for base in results.baselines)
    lines.append(
        f"## The post's baseline\n\nThe linear regressor a·x + b counts perfectly until its number format ends: {baselines}.\n"
    )
    return "\n".join(lines)


LENGTHS = (5, 10, 12, 15, 20, 30, 50)

Parts = dict[str, PostPart]
Row = tuple[str, str, str, str]


def shown(found: Share) -> str:
    """A share with its interval."""
    return f"{found.right} of {found.tried} ({100 * found.low:.0f}–{100 * found.high:.0f} %)"


def counted(nets: Sequence[PostNet], good: Callable[[PostNet], bool]) -> Share:
    """How many nets are such."""
    return share(sum(map(good, nets)), len(nets))


def perfect(nets: Sequence[PostNet], within: int) -> Share:
    """How many had 100 % on both sets by then."""
    return counted(nets, lambda net: net.perfect_at is not None and net.perfect_at <= within)


def quartiles(values: Sequence[int] | Sequence[float]) -> str:
    """Lower quartile, median, upper quartile."""
    return ", ".join(f"{value:g}" for value in np.quantile(values, [0.25, 0.5, 0.75]))


def _learns(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    nets = parts["rnn"].nets
    reached = [net.perfect_at for net in nets if net.perfect_at is not None]
    median = statistics.median(reached) if reached else float("inf")
    said = "True, and faster" if median < 3 else "True" if median <= 4 else "Not of the median net"
    measured = f"100 % on training and validation within 4 epochs: {shown(perfect(nets, 4))}; within 10: {shown(perfect(nets, 10))}"
    words = f"{said} (median {median:g}). How many get there hangs on the width, which the post does not state."
    return "an RNN reaches 100 % in 3–4 epochs", str(len(nets)), measured, words


def _twenty(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    nets = parts["rnn"].nets
    random = counted(nets, lambda net: net.random_accuracy["20"] == 1.0)
    worst = counted(nets, lambda net: net.worst_accuracy["20"] == 1.0)
    measured = f"all of 128 random 20-digit numbers right: {shown(random)}; all hard ones of 20 digits too: {shown(worst)}"
    words = f"On random numbers {_how_many(random)}; on hard ones {_how_many(worst)}."
    return "it is perfect at 20 digits", str(len(nets)), measured, words


def _how_many(found: Share) -> str:
    """What a share says of nets like these, by its interval."""
    return "true of most nets" if found.low > 0.5 else "true of few nets" if found.high < 0.1 else "true of some nets"


def _breaks(parts: Parts) -> Row | None:
    if "rnn" not in parts:
        return None
    part = parts["rnn"]
    broken = [net.horizon for net in part.nets if net.horizon is not None]
    measured = f"lose the carry within {part.limit:,} nines: {shown(share(len(broken), len(part.nets)))}"
    if broken:
        near = sum(20 <= horizon <= 30 for horizon in broken)
        measured += f", after {min(broken)} to {max(broken)} nines (quartiles {quartiles(broken)}; {near} of them after 20–30)"
    mistaken = counted(part.nets, lambda net: net.shortest_mistake is not None)
    measured += f"; wrong on some number of the stress test: {shown(mistaken)}"
    kept = len(part.nets) - len(broken)
    words = f"One draw of many: {kept} never lose it, and {mistaken.right - len(broken)} of those are wrong elsewhere."
    return "it breaks past some 25 nines", str(len(part.nets)), measured, words


def _gated(parts: Parts) -> Row | None:
    names = [name for name in ("lstm", "gru") if name in parts]
    if not names or "rnn" not in parts:
        return None
    texts = []
    for name in ("rnn", *names):
        nets = parts[name].nets
        broke = counted(nets, lambda net: net.horizon is not None)
        wrong = counted(nets, lambda net: net.shortest_mistake is not None)
        within = parts[name].epochs
        reached = f"100 % within {within} epochs {shown(perfect(nets, within))}"
        texts.append(f"{name}: {reached}, break on nines {shown(broke)}, wrong somewhere {shown(wrong)}")
    seeds = " / ".join(str(len(parts[name].nets)) for name in ("rnn", *names))
    return "LSTMs do no better", seeds, "; ".join(texts), _alike(parts["rnn"].nets, parts[names[0]].nets)


def _alike(rnn: Sequence[PostNet], lstm: Sequence[PostNet]) -> str:
    """What the shares of wrong nets say, by their intervals."""
    one, other = (counted(nets, lambda net: net.shortest_mistake is not None) for nets in (rnn, lstm))
    if other.low > one.high:
        return "Worse still: more LSTMs than plain RNNs are wrong somewhere."
    if other.high < one.low:
        return "Not quite: fewer LSTMs than plain RNNs are wrong somewhere, but many are."
    return "True: the intervals overlap."


def _attention(parts: Parts) -> Row | None:
    names = [name for name in ("content", "location") if name in parts]
    if not names:
        return None
    texts = []
    for name in names:
        nets = parts[name].nets
        at = {length: statistics.median(net.random_accuracy[str(length)] for net in nets) for length in (10, 15, 20, 30)}
        worst = statistics.median(net.worst_accuracy["20"] for net in nets)
        curve = ", ".join(f"{length}: {value:.0%}" for length, value in at.items())
        texts.append(f"{name}: median share of random numbers right at {curve} digits; hard ones at 20: {worst:.0%}")
    words = "; ".join(_collapse(name, parts[name].nets) for name in names) + "."
    return (
        "attention by content and by location fails beyond the training length",
        str(len(parts[names[0]].nets)),
        "; ".join(texts),
        words,
    )


def _collapse(name: str, nets: Sequence[PostNet]) -> str:
    """The first length at which the median net is wrong on half of the random numbers, and of the hard ones."""
    falls = []
    for kind in ("random_accuracy", "worst_accuracy"):
        medians = {
            n: statistics.median(getattr(net, kind)[str(n)] for net in nets) for n in LENGTHS if str(n) in nets[0].random_accuracy
        }
        low = [str(n) for n, value in medians.items() if value < 0.5]
        falls.append(f"is under half from {low[0]} digits on" if low else f"stays above half up to {max(medians)} digits")
    return f"{name}: on random numbers the median net {falls[0]}, on hard ones it {falls[1]}"


def _hundred(parts: Parts) -> Row | None:
    if "hundred" not in parts:
        return None
    nets = parts["hundred"].nets
    right = [net.validation_accuracy for net in nets]
    measured = (
        f"the post's training on 0…100: median {statistics.median(right):.0%} of longer numbers right; all right: "
        f"{shown(counted(nets, lambda net: net.validation_accuracy == 1.0))}"
    )
    failed = not any(net.validation_accuracy == 1.0 for net in nets)
    words = "True for the post's training." if failed else "Not of every net, even with the post's training."
    if "hundred-robust" in parts:
        robust = parts["hundred-robust"].nets
        proved = counted(robust, lambda net: net.verdict == "PROVED")
        measured += f"; the recipe `robust` on the same 101 numbers, PROVED at every length: {shown(proved)}"
        words = f"{words[:-1]}, not of the data: 101 numbers are enough to prove {proved.right} nets." if proved.right else words
    return "1…100 are too few examples", f"{len(nets)}", measured, words


def _memory(parts: Parts) -> Row | None:
    if "natural-stack" not in parts:
        return None
    texts = []
    for name, words in (("natural-lstm", "an LSTM"), ("natural-stack", "two stacks")):
        if name in parts:
            values = [net.random_accuracy["40"] for net in parts[name].nets]
            texts.append(
                f"{words} ({len(values)} seeds): median {statistics.median(values):.1%} of random 40-digit numbers exact "
                f"({min(values):.1%} to {max(values):.1%})"
            )
    seeds = str(len(parts["natural-stack"].nets))
    measured = "counting as people write, read and answered from the left (trained up to 10 digits): " + "; ".join(texts)
    best = max(net.random_accuracy["40"] for net in parts["natural-stack"].nets)
    can = f"and the best stack net has {best:.0%} of 40 digits" if best >= 0.99 else "and the stack nets did not learn it either"
    words = f"From the left no fixed number of states is enough, {can}. From the right none is needed."
    return "external memory would help", seeds, measured, words


CLAIMS: tuple[Callable[[Parts], Row | None], ...] = (_learns, _twenty, _breaks, _gated, _attention, _hundred, _memory)


def _widths(parts: Parts) -> str:
    found = sorted((part for part in parts.values() if part.name.startswith("rnn")), key=lambda part: part.hidden)
    if len(found) < 2:
        return ""
    rows = "".join(f"| {part.hidden} | {len(part.nets)} | {shown(perfect(part.nets, part.epochs))} |\n" for part in found)
    head = f"| units | seeds | 100 % on both sets within {found[0].epochs} epochs |\n|---|---|---|\n"
    return f"## How wide was the post's net?\n\n{head}{rows}"


def _curves(parts: Parts) -> str:
    names = [name for name in ("rnn", "lstm", "gru", "content", "location") if name in parts]
    if not names:
        return ""
    tried = set.intersection(*(set(net.random_accuracy) for name in names for net in parts[name].nets))
    lengths = [length for length in LENGTHS if str(length) in tried]
    head = "| net | seeds | " + " | ".join(map(str, lengths)) + " |\n|---|---|" + "---|" * len(lengths) + "\n"
    rows = ""
    for name in names:
        for kind in ("random_accuracy", "worst_accuracy"):
            nets = parts[name].nets
            cells = [f"{statistics.mean(getattr(net, kind)[str(length)] for net in nets):.0%}" for length in lengths]
            words = "random" if kind == "random_accuracy" else "hard"
            rows += f"| {name}, {words} | {len(nets)} | {' | '.join(cells)} |\n"
    return f"## Mean share of numbers right, by length in digits\n\nAll were trained on numbers of up to 10 digits.\n\n{head}{rows}"


SECTIONS: tuple[Callable[[Parts], str], ...] = (_curves, _widths)
