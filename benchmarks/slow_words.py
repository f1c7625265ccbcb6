"""How slowly states come together while a net reads a word again and again. Writes `docs/results/slow-words.json`.

    python -m benchmarks.slow_words [--only open proved]

Two states that are near each other come nearer by some factor in each step, on average. The largest factor over many repeated
words is that of a net's slowest word; above 1 nearby states part. Looked at are the counters of 12 and 16 units that
`benchmarks.plain_nets` left open, and some that it proved.
"""

import argparse
import itertools
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from anylength.records.verdicts import PROVED, PROVED_UP_TO, UNKNOWN
from anylength.verification.ellipsoids.problem import Array, Problem
from benchmarks import plain_nets
from benchmarks.open_nets import problem_of
from benchmarks.plain_nets import KINDS, Kind
from benchmarks.results_file import RESULTS, read_parts, save_part

FILE = RESULTS / "slow-words.json"

PARTS = {"open": ((PROVED_UP_TO, UNKNOWN), None), "proved": ((PROVED,), 10)}
"""The verdicts of the nets of each part, and how many of a kind are looked at; None: all."""

ALL_DIGITS, TWO_DIGITS = 4, 9
"""The longest words of all digits, and of the two that the slowest of these begin to differ in."""

FIRST, STEPS, DIFFERENCE = 240, 600, 1e-6
"""Steps before the factor is measured, steps over which it is, and how far two states are from each other."""

HEADS = ((), (5,))
"""What is read first: with a carry, and without."""

Word = tuple[int, ...]


def words_of(digits: Iterable[int], lengths: Iterable[int]) -> list[Word]:
    """Words of these digits, one of all that are the same when repeated from another place on."""
    every = (word for length in lengths for word in itertools.product(sorted(digits), repeat=length))
    return [word for word in every if word == min(word[k:] + word[:k] for k in range(len(word)))]


def factors(problem: Problem, words: list[Word], head: Word) -> Array:
    """The factor of each word `[W]`: the mean over steps, of logarithms."""
    count = len(words)
    states = np.repeat(problem.start[:, None], count, 1)
    for digit in head:
        states = problem.step(states, np.full(count, digit))
    apart = np.random.default_rng(0).normal(size=states.shape)
    apart, total = apart / np.linalg.norm(apart, axis=0), np.zeros(count)
    for step in range(FIRST + STEPS):
        digits = np.array([word[step % len(word)] for word in words])
        above, below = (problem.step(states + sign * DIFFERENCE * apart, digits) for sign in (1, -1))
        states, moved = problem.step(states, digits), (above - below) / (2 * DIFFERENCE)
        size = np.maximum(np.linalg.norm(moved, axis=0), np.finfo(float).tiny)
        apart, total = moved / size, total + (np.log(size) if step >= FIRST else 0.0)
    return np.exp(total / STEPS)


def slowest(problem: Problem) -> dict[str, Any]:
    """The slowest word that is found, and its factor."""
    best = {"factor": -1.0}
    for head in HEADS:
        words = words_of(range(10), range(1, ALL_DIGITS + 1))
        found = factors(problem, words, head)
        order = np.argsort(-found)
        two = list(dict.fromkeys(digit for place in order for digit in words[place]))[:2]
        words += (longer := words_of(two, range(ALL_DIGITS + 1, TWO_DIGITS + 1)))
        found = np.concatenate([found, factors(problem, longer, head)])
        place = int(found.argmax())
        if found[place] > best["factor"]:
            best = {"factor": float(found[place]), "word": "".join(map(str, words[place])), "first": "".join(map(str, head))}
    return best


def nets_of(verdicts: tuple[str, ...], most: int | None) -> list[tuple[str, Kind, int]]:
    """The first counters of each kind of 12 and 16 units that have such a verdict: part of the results, kind, and seed."""
    found = []
    for name, part in read_parts(plain_nets.FILE)["parts"].items():
        kind = KINDS.get(name)
        if isinstance(kind, Kind) and (kind.task, kind.cell, kind.recipe) == ("count", "rnn", "blog"):
            seeds = [net["seed"] for net in part["nets"] if net["verdict"] in verdicts]
            found += [(name, kind, seed) for seed in seeds[:most]]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    for part in parser.parse_args().only:
        nets: list[dict[str, Any]] = []
        for name, kind, seed in nets_of(*PARTS[part]):
            nets.append({"part": name, "seed": seed, "units": kind.units, **slowest(problem_of(kind, seed))})
            print(nets[-1], flush=True)
        values = [net["factor"] for net in nets]
        figures = {"median": statistics.median(values), "least": min(values), "most": max(values)}
        save_part(FILE, part, {"nets": nets, "factor": figures})


if __name__ == "__main__":
    main()
