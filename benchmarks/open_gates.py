"""Which GRUs are proved, by how far their update gate is open at the start of training. Writes `docs/results/open-gates.json`.

    python -m benchmarks.open_gates [--seeds 10] [--first-seed 7000] [--biases -1 0 1 2]

Each net is trained by the recipe `unrolled` on the post's numbers, with another bias of the update gate at the start, and
then judged. The claim of a certificate allows an error in every coordinate at every step. Its size for float32 is known for each
net. So the errors are also made: of that size and of one sign, on one unit alone, while the net reads random digits. A net that
answers wrongly then has no certificate for float32, and no search can find one. docs/research-log/recipes.md reads the figures.
"""

import argparse
import dataclasses
import json
import time

import jax
import numpy as np

from anylength.lengths import share
from anylength.nets import Net, encoded_alphabet
from anylength.ops import numpy_arrays
from anylength.tasks import task_named
from anylength.training import Unrolled, fit_block, recipe_named
from anylength.verification.certify import required_epsilon_and_eta
from anylength.verification.verdicts import verify
from benchmarks.results_file import RESULTS, save_part

FILE = RESULTS / "open-gates.json"
"""The results file."""

VERDICT_SECONDS = 8.0
"""Seconds for each verdict. A proof of such a net takes less than one."""

DRIFT_STEPS = 40_000
"""Random digits that a net reads with errors: an error of 1e-4 adds up to 4 in this time where nothing is forgotten."""


def drift(net: Net, epsilon: float, seed: int) -> dict[str, object]:
    """The first wrong step and the largest state under errors of size `epsilon` that have one sign and act on one unit alone."""
    machine, rng = task_named("count").machine, np.random.default_rng(seed)
    delta, output = np.array(machine.delta), np.array(machine.output)
    exact = jax.tree.map(lambda tensor: np.asarray(tensor, np.float64), net)
    signs = np.concatenate([np.eye(net.hidden), -np.eye(net.hidden)], axis=1)
    states, machine_state, alphabet = np.zeros_like(signs), machine.start, encoded_alphabet(exact)
    wrong_at, largest = None, 0.0
    for step, symbol in enumerate(rng.integers(0, 10, DRIFT_STEPS), 1):
        inputs = np.repeat(alphabet[:, [symbol]], signs.shape[1], axis=1)
        states = exact.cell.step(numpy_arrays, inputs, states) + epsilon * signs
        answers = (exact.weight @ states + exact.bias[:, None]).argmax(axis=0)
        if (answers != output[machine_state, symbol]).any():
            wrong_at = step
            break
        machine_state = delta[machine_state, symbol]
        largest = max(largest, float(np.abs(states).max()))
    return {"wrong_at": wrong_at, "largest_state": largest}


def measure(bias: float, seeds: range) -> dict[str, object]:
    """The nets of one bias: their verdicts, and what errors of the certificate's size do to them."""
    task, started = task_named("count"), time.perf_counter()
    recipe = recipe_named("unrolled", task, "gru")
    assert isinstance(recipe, Unrolled)
    recipe = dataclasses.replace(recipe, forget_bias=bias)
    nets = []
    for seed, trained in zip(seeds, fit_block(task, seeds, cell="gru", recipe=recipe, data="post"), strict=True):
        assert isinstance(trained.net, Net)
        verdict = verify(trained.net, task, budget=VERDICT_SECONDS).verdict
        epsilon, _ = required_epsilon_and_eta(trained.net, "float32")
        entry = {"seed": seed, "verdict": verdict.verdict, "noise_budget": verdict.noise_budget, "epsilon": epsilon}
        nets.append(entry | drift(trained.net, epsilon, seed))
        print(f"bias {bias}: {nets[-1]}", flush=True)
    proved = sum(net["verdict"] == "PROVED" for net in nets)
    return {"proved": json.loads(share(proved, len(nets)).to_json()), "nets": nets, "seconds": time.perf_counter() - started}


def main() -> None:
    """Measures each bias and writes its part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="nets of each bias")
    parser.add_argument("--first-seed", type=int, default=7000, help="the first seed")
    parser.add_argument("--biases", type=float, nargs="*", default=[-1.0, 0.0, 1.0, 2.0], help="biases of the update gate")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    for bias in options.biases:
        save_part(FILE, f"bias {bias:g}", measure(bias, seeds), drift_steps=DRIFT_STEPS, verdict_seconds=VERDICT_SECONDS)


if __name__ == "__main__":
    main()
