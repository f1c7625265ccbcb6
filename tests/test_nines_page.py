"""The page of nines: the post's training in the page agrees with Python's, and the page in a real browser tells the story."""

from pathlib import Path
from typing import Any

import jax
import numpy as np
import optax
import pytest

from anylength.digits import digits_of
from anylength.experiments import Run
from anylength.nets import logits
from anylength.tasks import task_named
from anylength.training import recipe_named
from tests.in_node import NODE, in_node
from tests.looking import fits, missed_by_tab, serious_findings

expect = pytest.importorskip("playwright.sync_api", reason="tests in a browser need playwright").expect

needs_node = pytest.mark.skipif(NODE is None, reason="the pages' modules need node: apt install nodejs")

UPDATES = """
const { BlogTraining } = await module("learning/blog.js");
const training = new BlogTraining({ seed: 1 });
for (const [name, values] of Object.entries(given.tensors)) training.tensors[name].set(values);
const losses = given.batches.map((batch) => training.updateOn(Uint8Array.from(batch)));
return { losses, tensors: Object.fromEntries(Object.entries(training.tensors).map(([name, values]) => [name, [...values]])) };
"""

DRAWN = """
const { drawnNumbers, successors } = await module("learning/blog.js");
const { randomNumbers } = await module("learning/random.js");
const numbers = drawnNumbers(2000, randomNumbers(4));
return { numbers: [...numbers], answers: [...successors(numbers)] };
"""

TRAINED = """
const { BlogTraining } = await module("learning/blog.js");
return given.map((seed) => {
  const training = new BlogTraining({ seed });
  let accuracies = [];
  while (!training.isOver && !(accuracies.length && accuracies.every((share) => share === 1))) {
    training.update();
    if (training.batch === 0) accuracies = [training.accuracy(training.train), training.accuracy(training.validation)];
  }
  return accuracies;
});
"""


@needs_node
def test_updates_are_those_of_the_recipe_in_python():
    task, recipe = task_named("count"), recipe_named("blog")
    net = recipe.initial(np.random.default_rng(3), task, recipe.cell if hasattr(recipe, "cell") else _rnn(), 12)
    words = task.data["post"](np.random.default_rng(3), 10).train[:500].reshape(5, 100, 11)
    names = {"weightIh": "cell.weight_ih", "weightHh": "cell.weight_hh", "bias": "cell.bias", "readout": "readout.weight", "readoutBias": "readout.bias"}
    given = {
        "tensors": {own: np.asarray(net.tensors()[name], float).ravel().tolist() for own, name in names.items()},
        "batches": words.reshape(5, -1).tolist(),
    }
    said = in_node(UPDATES, given)
    optimiser = recipe.optimiser()
    state = optimiser.init(net)
    for batch, loss in zip(words, said["losses"], strict=True):
        symbols, targets = batch.T.astype(np.int32), task.answers(batch).T.astype(np.int32)
        (own, _), slopes = jax.value_and_grad(lambda n: recipe.loss(n, None, symbols, targets, None), has_aux=True)(net)
        assert loss == pytest.approx(float(own), rel=1e-4)
        updates, state = optimiser.update(slopes, state)
        net = optax.apply_updates(net, updates)
    for own, name in names.items():
        np.testing.assert_allclose(said["tensors"][own], np.asarray(net.tensors()[name]).ravel(), rtol=2e-3, atol=2e-3)
