"""The machine with stacks that a net uses: the smallest that does what the net was seen to do with its stacks on short inputs."""

import numpy as np

from anylength.memory.closing import Open
from anylength.memory.running import run_with_stacks
from anylength.nets import Net
from anylength.rules import FREE, IGNORE_INDEX, MOST_STATES, SeenWord, StackMachine, Task, beginnings, infer_stacks

LENGTHS, WORDS = range(1, 11), 100
"""Lengths of the inputs that are looked at, in symbols, and how many of each."""


def used_machine(net: Net, task: Task, seed: int) -> StackMachine | Open:
    """The machine that a net uses for a task; or why there is none: a gate is soft, or no small machine does the same."""
    rng, seen = np.random.default_rng(seed), set[SeenWord]()
    for length in LENGTHS:
        words = task.random_words(rng, length, WORDS)
        ran = run_with_stacks(net, words)
        if ran.soft.any():
            step, column = (int(place) for place in np.argwhere(ran.soft)[0])
            return Open(
                f"gates are soft: one is neither 0 nor 1 at step {step + 1} of {' '.join(map(str, words[:, column].tolist()))}"
            )
        seen |= beginnings(words.T, np.where(task.scored(words) == IGNORE_INDEX, FREE, ran.outputs).T, ran.actions.swapaxes(0, 1))
    found = infer_stacks(seen, symbols=task.symbols, stacks=getattr(net.cell, "stacks", 1))
    return found.completed if found else Open(f"no machine of up to {MOST_STATES} states that does what the net does was found")
