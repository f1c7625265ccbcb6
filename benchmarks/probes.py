"""How to evaluate a runtime's tanh and logistic function: as functions, and inside its recurrent operators.

A probe maps a float32 vector to the vector of the function's values. The inputs and weights of an operator are chosen such that its
output is one gate: with an identity for W_ih and zeros for W_hh, for H different numbers at once,

* RNN:  h' = tanh(x).
* GRU:  h' = (1 − z) n + z h is z for n = tanh(0) and h = 1, and n for z = σ(−200) and h = 0.
* LSTM: c' = σ(f) c + σ(i) tanh(g) is σ(f) for c = 1 and g = 0, and tanh(g) for c = 0 and i = 200; h' = σ(o) tanh(c') is
  σ(o) tanh(x) for c = x, f = 200 and g = 0, hence tanh(x) for o = 200, and σ(o) for c' = 200.
"""

import base64
import ctypes
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from anylength.interchange.text.source_code import c_functions

Values = np.ndarray
Probe = Callable[[Values], Values]
Probes = dict[tuple[str, str], Probe]
"""(function, where in the runtime) → the probe."""

UNITS = 64
"""H of the operators: wide enough for their vector instructions."""

SHUT, OPEN = -200.0, 200.0
"""Pre-activations at which σ is 0 and 1 to the last bit of float32, and tanh −1 and 1."""

CHROMIUM = "/usr/bin/chromium"


def numpy_probes() -> Probes:
    """numpy's own functions."""
    one = np.float32(1)

    def sigmoid(x: Values) -> Values:
        with np.errstate(over="ignore"):
            return one / (one + np.exp(-x))

    return {("tanh", "np.tanh"): np.tanh, ("sigmoid", "1 / (1 + np.exp(-x))"): sigmoid}


def xla_probes() -> Probes:
    """XLA's functions, with which the project trains and answers."""
    import jax

    made = {("tanh", "jnp.tanh"): jax.jit(jax.numpy.tanh), ("sigmoid", "jax.nn.sigmoid"): jax.jit(jax.nn.sigmoid)}
    return {key: (lambda x, function=function: np.asarray(function(x))) for key, function in made.items()}


def rows(x: Values) -> Values:
    """The vector as rows of `UNITS`, padded with zeros."""
    return np.pad(x, (0, -len(x) % UNITS)).reshape(-1, UNITS)


def blocks(count: int, input_block: int | None, **biases: float) -> tuple[Values, Values]:
    """W_ih `[count · H, H]` with an identity in block `input_block`, and biases `[count · H]`; `b0=…` is the first block's."""
    weight, bias = np.zeros((count, UNITS, UNITS), np.float32), np.zeros((count, UNITS), np.float32)
    if input_block is not None:
        weight[input_block] = np.eye(UNITS)
    for name, value in biases.items():
        bias[int(name[1:])] = value
    return weight.reshape(-1, UNITS), bias.ravel()


def gates(order: str, lstm: str) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """For each gate of GRU and LSTM (orders given): its block, biases of others, h and c before the step, and the output read."""
    z, n = order.index("z"), order.index("n")
    i, f, g, o = (lstm.index(gate) for gate in "ifgo")
    yield ("sigmoid", "GRU, z"), {"kind": "gru", "input_block": z, "h": 1.0}
    yield ("tanh", "GRU, n"), {"kind": "gru", "input_block": n, f"b{z}": SHUT}
    yield ("sigmoid", "LSTM, f"), {"kind": "lstm", "input_block": f, "c": 1.0, "output": "c"}
    yield ("sigmoid", "LSTM, o"), {"kind": "lstm", "input_block": o, f"b{f}": OPEN, "c": OPEN}
    yield ("tanh", "LSTM, g"), {"kind": "lstm", "input_block": g, f"b{i}": OPEN, "output": "c"}
    yield ("tanh", "LSTM, c"), {"kind": "lstm", "input_block": None, f"b{f}": OPEN, f"b{o}": OPEN}


def torch_probes() -> Probes:
    """PyTorch on the processor: its functions, and its recurrent modules in inference."""
    import torch

    def plain(function: Callable[[Any], Any]) -> Probe:
        return lambda x: function(torch.from_numpy(x)).numpy()

    probes: Probes = {("tanh", "torch.tanh"): plain(torch.tanh), ("sigmoid", "torch.sigmoid"): plain(torch.sigmoid)}
    probes["tanh", "RNN"] = torch_gate("rnn", 0)
    return probes | {key: torch_gate(**how) for key, how in gates("rzn", "ifgo")}


def torch_gate(
    kind: str, input_block: int | None, h: float = 0.0, c: float | None = None, output: str = "h", **biases: float
) -> Probe:
    """One gate of one module."""
    import torch

    count = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
    weight, bias = blocks(count, input_block, **biases)
    module = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind](UNITS, UNITS)
    zeros = np.zeros((count * UNITS, UNITS), np.float32)
    named = {"weight_ih_l0": weight, "weight_hh_l0": zeros, "bias_ih_l0": bias, "bias_hh_l0": 0 * bias}
    module.load_state_dict({name: torch.from_numpy(value) for name, value in named.items()})

    def probe(x: Values) -> Values:
        given = torch.from_numpy(rows(x))[None]
        before = torch.full_like(given, h)
        state: Any = before
        if kind == "lstm":
            state = (before, given if input_block is None else torch.full_like(given, c or 0.0))
        with torch.no_grad():
            _, after = module(given if input_block is not None else torch.zeros_like(given), state)
        last = after if kind != "lstm" else after["hc".index(output)]
        return last.numpy().reshape(-1)[: len(x)]

    return probe


def onnx_probes() -> Probes:
    """onnxruntime on the processor: operators Tanh, Sigmoid, RNN, LSTM, and GRU with both values of linear_before_reset."""
    from onnx import helper

    probes: Probes = {}
    for function, operator in (("tanh", "Tanh"), ("sigmoid", "Sigmoid")):
        session = onnx_session([helper.make_node(operator, ["x"], ["y"])], {"x": ["N"]}, ["y"], {})
        probes[function, operator] = lambda x, session=session: session.run(None, {"x": x})[0]
    probes["tanh", "RNN"] = onnx_gate("rnn", 0)
    for (function, where), how in gates("zrn", "iofg"):
        if how["kind"] == "gru":
            probes[function, f"{where} (resets before)"] = onnx_gate(**how, before=0)
            probes[function, f"{where} (resets after)"] = onnx_gate(**how, before=1)
        else:
            probes[function, where] = onnx_gate(**how)
    return probes


def onnx_session(nodes: list[Any], inputs: dict[str, list[Any]], outputs: list[str], constants: dict[str, Values]) -> Any:
    """A session of a graph of these nodes."""
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    graph = helper.make_graph(
        nodes,
        "probe",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def onnx_gate(
    kind: str, input_block: int | None, h: float = 0.0, c: float | None = None, output: str = "h", before: int = 0, **biases: float
) -> Probe:
    """One gate of one operator."""
    from onnx import helper

    count = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
    weight, bias = blocks(count, input_block, **biases)
    constants = {
        "W": weight[None],
        "R": np.zeros((1, count * UNITS, UNITS), np.float32),
        "B": np.concatenate([bias, 0 * bias])[None],
    }
    more = {"linear_before_reset": before} if kind == "gru" else {}
    states = ["h0", "c0"] if kind == "lstm" else ["h0"]
    outputs = ["", "h", "c"] if kind == "lstm" else ["", "h"]
    node = helper.make_node(kind.upper(), ["x", "W", "R", "B", "", *states], outputs, hidden_size=UNITS, **more)
    session = onnx_session([node], {name: [1, "N", UNITS] for name in ("x", *states)}, outputs[1:], constants)

    def probe(x: Values) -> Values:
        given = rows(x)[None]
        fed = {"x": given if input_block is not None else 0 * given, "h0": np.full_like(given, h)}
        if kind == "lstm":
            fed["c0"] = given if input_block is None else np.full_like(given, c or 0.0)
        return session.run([output], fed)[0].reshape(-1)[: len(x)]

    return probe


C_SOURCE = """
#include <stdint.h>
{functions}
void run_tanh(const float *x, float *y, long n) {{ for (long i = 0; i < n; i++) y[i] = tanh_of(x[i]); }}
void run_sigmoid(const float *x, float *y, long n) {{ for (long i = 0; i < n; i++) y[i] = sigmoid_of(x[i]); }}
"""
C_FLAGS = {"-O2": ["-O2"], "-O3, native, fused": ["-O3", "-march=native", "-ffp-contract=fast"]}


def c_probes(stack: ExitStack) -> Probes:
    """The functions of an exported C file."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    (folder / "probe.c").write_text(C_SOURCE.format(functions=c_functions({"tanh", "sigmoid"})))
    probes: Probes = {}
    for number, (words, flags) in enumerate(C_FLAGS.items()):
        library = folder / f"probe{number}.so"
        command = ["cc", "-std=c99", "-shared", "-fPIC", *flags, str(folder / "probe.c"), "-o", str(library)]
        subprocess.run(command, check=True)
        loaded = ctypes.CDLL(str(library))
        probes["tanh", f"the file's own ({words})"] = c_probe(loaded.run_tanh)
        probes["sigmoid", f"the file's own ({words})"] = c_probe(loaded.run_sigmoid)
    return probes


def c_probe(function: Any) -> Probe:
    """A function of the library."""

    def probe(x: Values) -> Values:
        y = np.empty_like(x)
        function(x.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p), ctypes.c_long(len(x)))
        return y

    return probe


JS_FUNCTIONS = {
    ("tanh", "Math.fround(Math.tanh(x))"): "x => Math.fround(Math.tanh(x))",
    ("sigmoid", "Math.fround(1 / (1 + Math.exp(-x)))"): "x => Math.fround(1 / (1 + Math.exp(-x)))",
}
NODE_SCRIPT = """
const fs = require("fs"), bytes = fs.readFileSync(0);
const x = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const out = Buffer.from(x.map(eval(process.argv[1])).buffer);
for (let at = 0; at < out.length; ) at += fs.writeSync(1, out, at);
"""
PAGE_SCRIPT = """
([text, code]) => {
  const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const out = new Uint8Array(new Float32Array(bytes.buffer).map(eval(code)).buffer);
  let answer = "";
  for (let at = 0; at < out.length; at += 32768) answer += String.fromCharCode(...out.subarray(at, at + 32768));
  return btoa(answer);
}
"""


def node_probes() -> Probes:
    """node's Math."""

    def made(code: str) -> Probe:
        def probe(x: Values) -> Values:
            done = subprocess.run(["node", "-e", NODE_SCRIPT, code], input=x.tobytes(), capture_output=True, check=True)
            return np.frombuffer(done.stdout, np.float32)

        return probe

    return {key: made(code) for key, code in JS_FUNCTIONS.items()}


def chromium_probes(stack: ExitStack) -> tuple[Probes, str]:
    """Chromium's Math, and its version."""
    from playwright.sync_api import sync_playwright

    playwright = stack.enter_context(sync_playwright())
    browser = playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    )
    stack.callback(browser.close)
    page = browser.new_page()

    def made(code: str) -> Probe:
        def probe(x: Values) -> Values:
            text = page.evaluate(PAGE_SCRIPT, [base64.b64encode(x.tobytes()).decode(), code])
            return np.frombuffer(base64.b64decode(text), np.float32)

        return probe

    return {key: made(code) for key, code in JS_FUNCTIONS.items()}, browser.version
