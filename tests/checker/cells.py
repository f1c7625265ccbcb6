"""The step programs of eight cells, written by hand."""

KEEPS_S = ("linear", "linear-signed", "mingru")


class Step:
    """Instructions under construction; a method call adds one and returns its number."""

    def __init__(self):
        self.list = []

    def op(self, name, /, *of, **attributes):
        self.list.append({"op": name, "of": list(of), **attributes})
        return len(self.list) - 1

    def rows(self, value, start, stop):
        return self.op("slice", value, start=start, stop=stop)

    def recurrent(self, value, start, stop):
        return self.op("matmul", value, weight="cell.weight_hh", start=start, stop=stop)


def cut_of(step, cell, state):
    """What a step takes from the state: docs/reference/certificate.md, column m."""
    if cell in ("rnn", "relu"):
        return [step.recurrent(state, 0, 1)]
    if cell in ("gru", "gru-reset-before"):
        return [step.recurrent(state, 0, 3 if cell == "gru" else 2), state]
    if cell == "lstm":
        return [step.recurrent(step.rows(state, 0, 1), 0, 4), step.rows(state, 1, 2)]
    return [step.rows(state, 1, 2)]


def update(step, cell, p, cut):
    """The new state: docs/reference/certificate.md, column step."""
    add, rows = lambda *of: step.op("add", *of), step.rows
    if cell in ("rnn", "relu"):
        return step.op("tanh" if cell == "rnn" else "relu", add(p, cut[0]))
    if cell in ("gru", "gru-reset-before"):
        gates = step.op("sigmoid", add(rows(p, 0, 2), rows(cut[0], 0, 2) if cell == "gru" else cut[0]))
        if cell == "gru":
            inner = add(rows(cut[0], 2, 3), step.op("tensor", name="cell.bias_hn"))
            candidate = add(rows(p, 2, 3), step.op("multiply", rows(gates, 0, 1), inner))
        else:
            reset = step.recurrent(step.op("multiply", rows(gates, 0, 1), cut[1]), 2, 3)
            candidate = add(rows(p, 2, 3), reset)
        return step.op("lerp", rows(gates, 1, 2), step.op("tanh", candidate), cut[1])
    if cell == "lstm":
        a = add(p, cut[0])
        i, f = step.op("sigmoid", rows(a, 0, 1)), step.op("sigmoid", rows(a, 1, 2))
        kept, added = step.op("multiply", f, cut[1]), step.op("multiply", i, step.op("tanh", rows(a, 2, 3)))
        c, o = add(kept, added), step.op("sigmoid", rows(a, 3, 4))
        return step.op("concatenate", step.op("multiply", o, step.op("tanh", step.op("stored", c))), c)
    gate, value = rows(p, 0, 1), rows(p, 1, 2)
    if cell == "mingru":
        s = step.op("lerp", step.op("sigmoid", gate), cut[0], value)
    else:
        s = add(step.op("multiply", step.op("sigmoid" if cell == "linear" else "tanh", gate), cut[0]), value)
    read = rows(p, 2, 3)
    return step.op("concatenate", step.op("tanh", add(read, step.recurrent(step.op("stored", s), 0, 1))), s)


def program(cell, two_biases):
    blocks = {"rnn": 1, "relu": 1, "lstm": 4}.get(cell, 3)
    state = 2 if cell in ("lstm", *KEEPS_S) else 1
    tensors = {"cell.weight_ih": [blocks, 2], "cell.weight_hh": [1 if cell in KEEPS_S else blocks, 1], "cell.bias": [blocks]}
    tensors |= {"readout.weight": [2, 1], "readout.bias": [2]}
    tensors |= {"cell.bias_hh": [blocks]} if two_biases else {}
    tensors |= {"cell.bias_hn": [1]} if cell == "gru" else {}
    step = Step()
    cut = cut_of(step, cell, step.op("state"))
    p = step.op("matmul", step.op("symbol"), weight="cell.weight_ih", start=0, stop=blocks)
    for name in ("cell.bias", *["cell.bias_hh"] * two_biases):
        p = step.op("add", p, step.op("tensor", name=name))
    update(step, cell, p, cut)
    answer = [{"op": "state", "of": []}] + [{"op": "slice", "of": [0], "start": 0, "stop": 1}] * (state == 2)
    return {
        "encoded": 2, "state": state, "start": "", "tensors": tensors, "step": step.list, "cut": cut, "answer": answer,
        "readout": {"weight": "readout.weight", "bias": "readout.bias"},
    }  # fmt: skip


def program_of(cell, two_biases, inputs, hidden, classes):
    """The program of so many units: that of one, with all rows but inputs and classes as many times."""
    made, columns = program(cell, two_biases), {"cell.weight_ih": [inputs], "cell.weight_hh": [hidden], "readout.weight": [hidden]}
    for name, (rows, *_) in made["tensors"].items():
        made["tensors"][name] = [classes if name.startswith("readout") else rows * hidden, *columns.get(name, [])]
    for step in made["step"] + made["answer"]:
        step |= {name: step[name] * hidden for name in ("start", "stop") if name in step}
    return made | {"encoded": inputs, "state": made["state"] * hidden}
