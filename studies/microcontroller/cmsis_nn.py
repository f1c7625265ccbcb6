"""An LSTM net of one layer as calls of Arm's library CMSIS-NN, in float32: https://github.com/ARM-software/CMSIS-NN."""

from pathlib import Path

import numpy as np

from anylength.interchange.text.decimals import decimals
from anylength.nets import Net
from studies.microcontroller.driver import Code

SOURCES = (
    "NNSupportFunctions/arm_nn_lstm_step_f32.c",
    "NNSupportFunctions/arm_nn_mat_mult_nt_t_f32.c",
    "NNSupportFunctions/arm_nntables_flt.c",
)
"""Its files that an LSTM needs."""

GATES = ("input", "forget", "cell", "output")
"""In the order of the rows of PyTorch's and of our matrices."""

CODE = """
#include "arm_nnfunctions.h"
#include "arm_nnsupportfunctions.h"
#include "Internal/arm_nn_activation_flt.h"
enum {{ INPUTS = {inputs}, UNITS = {units}, OUTPUTS = {outputs} }};
{tensors}
typedef struct {{ float h[UNITS], c[UNITS]; }} net_state;
static const cmsis_nn_lstm_params_f32 params = {{
    .batch_size = 1, .time_steps = 1, .input_size = INPUTS, .hidden_size = UNITS,
{gates}
}};
void net_reset(net_state *state);
int net_step(net_state *state, int symbol);
void net_reset(net_state *state) {{ memset(state, 0, sizeof *state); }}
int net_step(net_state *state, int symbol) {{
    float x[INPUTS] = {{ 0 }}, h[UNITS], logits[OUTPUTS];
    int best = 0;
    cmsis_nn_lstm_context_f32 context = {{ .cell_state = state->c }};
    x[symbol] = 1.0f;
    arm_nn_lstm_step_f32(x, state->h, h, &params, &context, 1);
    memcpy(state->h, h, sizeof h);
    arm_nn_mat_mult_nt_t_f32(h, readout_weight, readout_bias, logits, 1, OUTPUTS, UNITS, OUTPUTS, -1e30f, 1e30f);
    for (int k = 1; k < OUTPUTS; k++) if (logits[k] > logits[best]) best = k;
    return best;
}}
"""

STRING_H = """
#include <stddef.h>
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
"""
MATH_H = "float expf(float); float sqrtf(float); float fabsf(float); float floorf(float);\n"
"""What the library needs of a C library's headers."""


def cmsis_code(net: Net, library: Path) -> Code:
    """The net as calls of the library in a folder."""
    tensors = net.cell.named_tensors()
    assert len(tensors) == 3, "an LSTM of one layer with one bias"
    w_ih, w_hh, bias = (np.asarray(tensors[f"cell.{name}"]) for name in ("weight_ih", "weight_hh", "bias"))
    arrays = {"readout_weight": np.asarray(net.weight), "readout_bias": np.asarray(net.bias)}
    gates = []
    for number, gate in enumerate(GATES):
        rows = slice(number * net.hidden, (number + 1) * net.hidden)
        arrays |= {f"{gate}_x": w_ih[rows], f"{gate}_h": w_hh[rows], f"{gate}_b": bias[rows]}
        kind = "TANH" if gate == "cell" else "SIGMOID"
        gates.append(f"    .{gate}_gate = {{ {gate}_x, {gate}_h, {gate}_b, ARM_NN_FLT_ACT_{kind} }},")
    lines = [f"static const float {name}[{value.size}] = {{ {decimals(value.ravel(), 'f')} }};" for name, value in arrays.items()]
    sizes = {"inputs": w_ih.shape[1], "units": net.hidden, "outputs": net.classes}
    text = CODE.format(tensors="\n".join(lines), gates="\n".join(gates), **sizes)
    include = library / "Include"
    flags = ("-std=gnu11", "-DARM_NN_ENABLE_F32=1", "-w", "-I", str(include))
    functions = {"tanh": "arm_nn_tanh_scalar_ref_f32", "sigmoid": "arm_nn_sigmoid_scalar_f32"}
    files = {"net.c": text.encode(), "string.h": STRING_H.encode(), "math.h": MATH_H.encode()}
    return Code(files, ("net_state", 8 * net.hidden), functions, [library / "Source" / name for name in SOURCES], flags)
