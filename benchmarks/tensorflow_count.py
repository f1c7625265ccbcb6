"""The post's own program in TensorFlow's graph mode: `dynamic_rnn`, Adagrad with learning rate 1.0. Prints one JSON line.

    python -m benchmarks.tensorflow_count

`dynamic_rnn` needs the Keras 2 cells (the package tf-keras and TF_USE_LEGACY_KERAS=1). If they are missing, the line says so.
"""

import json
import time

import numpy as np
import tensorflow as tf

HIDDEN, BATCH, STEPS, BASE, EXAMPLES = 16, 100, 11, 10, 9_000
"""The post's sizes: units, batch size, digits with the one for the last carry, base, training examples."""

PASSES, WARM_UP = 7, 2
"""Passes, and those at the beginning that are not timed."""

MAX_MESSAGE = 120
"""Characters of an error message that the line repeats."""


def passes() -> dict[str, object]:
    """The median time of a pass over the training examples, in milliseconds."""
    v1 = tf.compat.v1
    v1.disable_eager_execution()
    v1.disable_v2_behavior()
    encoded, targets = v1.placeholder(tf.float32, [None, STEPS, BASE]), v1.placeholder(tf.int32, [None, STEPS])
    try:
        outputs, _ = v1.nn.dynamic_rnn(v1.nn.rnn_cell.BasicRNNCell(HIDDEN), encoded, dtype=tf.float32)
    except Exception as error:
        return {"unavailable": str(error).splitlines()[0][:MAX_MESSAGE]}
    weight, bias = v1.Variable(v1.random_uniform([HIDDEN, BASE])), v1.Variable(tf.zeros([BASE]))
    logits = tf.reshape(tf.matmul(tf.reshape(outputs, [-1, HIDDEN]), weight) + bias, [-1, STEPS, BASE])
    loss = tf.reduce_mean(v1.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits))
    update = v1.train.AdagradOptimizer(1.0).minimize(loss)
    seconds = timed_passes(v1, encoded, targets, update)[WARM_UP:]
    return {"pass_ms": 1000 * sorted(seconds)[len(seconds) // 2]}


def timed_passes(v1, encoded, targets, update) -> list[float]:
    """Seconds of each pass. The targets are the digits themselves: what is learned does not change the time."""
    rng = np.random.default_rng(0)
    digits = rng.integers(0, BASE, (EXAMPLES, STEPS))
    one_hot = np.eye(BASE, dtype=np.float32)[digits]
    seconds = []
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        for _ in range(PASSES):
            started = time.perf_counter()
            order = rng.permutation(EXAMPLES)
            for start in range(0, EXAMPLES, BATCH):
                rows = order[start : start + BATCH]
                session.run(update, {encoded: one_hot[rows], targets: digits[rows]})
            seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    print(json.dumps(passes()))
