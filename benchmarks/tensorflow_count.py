"""The post's own program, in TensorFlow's graph mode: `dynamic_rnn`, Adagrad 1.0. Prints one JSON line with the pass time.

`dynamic_rnn` needs the Keras 2 cells (the package tf-keras and TF_USE_LEGACY_KERAS=1); where they are missing, the line says so.
"""

import json
import sys
import time

import numpy as np
import tensorflow as tf

HIDDEN, BATCH, STEPS = 16, 100, 11


def passes(count: int = 7) -> dict[str, object]:
    v1 = tf.compat.v1
    v1.disable_eager_execution()
    v1.disable_v2_behavior()
    encoded, targets = v1.placeholder(tf.float32, [None, STEPS, 10]), v1.placeholder(tf.int32, [None, STEPS])
    try:
        outputs, _ = v1.nn.dynamic_rnn(v1.nn.rnn_cell.BasicRNNCell(HIDDEN), encoded, dtype=tf.float32)
    except Exception as error:
        return {"unavailable": str(error).splitlines()[0][:120]}
    weight, bias = v1.Variable(v1.random_uniform([HIDDEN, 10])), v1.Variable(tf.zeros([10]))
    logits = tf.reshape(tf.matmul(tf.reshape(outputs, [-1, HIDDEN]), weight) + bias, [-1, STEPS, 10])
    loss = tf.reduce_mean(v1.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits))
    update = v1.train.AdagradOptimizer(1.0).minimize(loss)
    rng = np.random.default_rng(0)
    digits = rng.integers(0, 10, (9000, STEPS))
    onehot = np.eye(10, dtype=np.float32)[digits]
    seconds = []
    with v1.Session() as session:
        session.run(v1.global_variables_initializer())
        for _ in range(count):
            started = time.perf_counter()
            order = rng.permutation(9000)
            for at in range(0, 9000, BATCH):
                rows = order[at : at + BATCH]
                session.run(update, {encoded: onehot[rows], targets: digits[rows]})
            seconds.append(time.perf_counter() - started)
    return {"pass_ms": 1000 * sorted(seconds[2:])[len(seconds[2:]) // 2]}


if __name__ == "__main__":
    print(json.dumps(passes()), file=sys.stdout)
