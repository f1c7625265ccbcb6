"""How many small nets forget, provably: trained plainly, together with a proof, and hardened afterwards.

    python -m studies.forgetting [--seeds 20] [--out docs/results/forgetting.json]

Twenty fresh seeds for each cell and task; settings were chosen on the seeds 0 to 9. A net is proved if the independent checker
accepts its certificate. Beside the proved number of steps stands a measured one: the latest step, over pairs of random states of
the box and random streams of the task, at which answers still differ by more than 0.01.
"""

import argparse
import json
import time
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from anylength.audits import certificates
from anylength.contraction import CELLS, HARDEN, PLAIN, TOGETHER, Net, contraction, errors, fit, layer_of, run, streams
from anylength.contraction.nets import Cell
from anylength.contraction.rates import Contraction
from anylength.contraction.training import INPUTS

UNITS, FIRST_SEED, APART = 12, 100, 0.01
TASKS = ("ema", "burst")
PAIRS, STEPS = 64, 1_000
"""Pairs of states and steps of the measurement."""


def main() -> None:
    """Trains, proves, measures and writes the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path("docs/results/forgetting.json"))
    options = parser.parse_args()
    seeds, rows = list(range(FIRST_SEED, FIRST_SEED + options.seeds)), []
    for task in TASKS:
        for cell in CELLS:
            plain = fit(task, cell, UNITS, seeds, PLAIN)
            trained = {
                "plain": plain,
                "together": fit(task, cell, UNITS, seeds, TOGETHER),
                "hardened": fit(task, cell, UNITS, seeds, HARDEN, plain),
            }
            for recipe, nets in trained.items():
                began = time.monotonic()
                rows.append({"task": task, "cell": cell, "recipe": recipe, **row(task, cell, nets)})
                print(rows[-1], f"{time.monotonic() - began:.0f} s", flush=True)
    settings = {name: recipe._asdict() for name, recipe in (("plain", PLAIN), ("together", TOGETHER), ("hardened", HARDEN))}
    result = {"units": UNITS, "seeds": [seeds[0], seeds[-1]], "apart": APART, "settings": settings, "rows": rows}
    options.out.write_text(json.dumps(result, indent=1) + "\n")


def row(task: str, cell: Cell, nets: Net) -> dict:
    """What is found about nets of one cell, task and recipe. Errors are relative to the variance of the targets."""
    found = jax.vmap(partial(contraction, cell), (0, None))(nets, INPUTS)
    proved, steps, sizes = 0, [], []
    for index in range(len(found.rate)):
        net, one = jax.tree.map(lambda leaf, at=index: np.asarray(leaf[at]), (nets, found))
        layer = layer_of(cell, net)
        certificate = certificates.forgets(layer, one, net.read_out, np.stack(INPUTS, axis=1), APART)
        if certificate is not None and certificates.check(certificate, layer).valid:
            proved += 1
            steps.append(certificate["steps"])
            sizes.append(len(json.dumps(certificate)))
    measured = np.asarray(jax.jit(jax.vmap(partial(latest, task, cell)))(nets, found))
    losses = errors(task, cell, nets)
    return {
        "nets": len(losses),
        "proved": proved,
        "error": float(losses.mean()),
        "largest_error": float(losses.max()),
        "rate": float(np.median(found.rate)),
        "steps": float(np.median(steps)) if steps else None,
        "most_steps": max(steps) if steps else None,
        "measured_steps": float(np.median(measured)),
        "apart_at_the_end": int((measured >= STEPS).sum()),
        "bytes": max(sizes) if sizes else None,
    }


def latest(task: str, cell: Cell, net: Net, found: Contraction) -> jax.Array:
    """The latest step at which the answers of a pair differ by more than `APART`; 0 if none."""
    inputs = jnp.array(streams(task, np.random.default_rng(20_000), PAIRS, STEPS)[0])[..., None]
    low, high = (jnp.clip(end, -10, 10) for end in found.box)  # plain lstms have no useful box
    ends = jax.random.uniform(jax.random.key(0), (2, PAIRS, len(low)))
    answers = [jax.vmap(partial(run, cell, net))(low + (high - low) * end, inputs)[1] for end in ends]
    apart = jnp.abs(answers[0] - answers[1]) > APART
    return (apart * jnp.arange(1, STEPS + 1)).max()


if __name__ == "__main__":
    main()
