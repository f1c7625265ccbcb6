"""Step programs: what is traced is what runs, in every form, and the passes find what they promise."""

import numpy as np
import pytest

from anylength.base import InputError
from anylength.cells import CELLS, ProgramCell
from anylength.nets import answers, describe, from_bytes, program_net, to_bytes
from anylength.ops.arrays import numpy_arrays
from anylength.programs import (
    LEAVES,
    OPERATIONS,
    Instruction,
    Program,
    Tracer,
    assemble,
    parse_program,
    program_digest,
    program_json,
    program_of_step,
    run,
    run_symbol_values,
    symbol_values,
)
from anylength.rules import task_named

FIXED = [name for name, cell in CELLS.items() if cell.has_fixed_size_state]

CUTS = {
    "rnn": [("matmul", 3)], "relu": [("matmul", 3)], "gru": [("matmul", 9), ("state", 3)],
    "gru-reset-before": [("matmul", 6), ("state", 3)], "lstm": [("matmul", 12), ("slice", 3)], "linear": [("slice", 3)],
    "linear-signed": [("slice", 3)], "mingru": [("slice", 3)],
}  # fmt: skip
"""The values of each cell's cut and their rows, for three units: what certificates of format 1 keep boxes of, in that order."""


def drawn_cell(name: str, hidden: int = 3):
    rng = np.random.default_rng(7)
    shapes = CELLS[name].shapes(10, hidden) | CELLS[name].optional_shapes(10, hidden)
    return CELLS[name](**{tensor: rng.normal(size=shape).astype(np.float32) for tensor, shape in shapes.items()})


def drawn(rows: int, columns: int = 5) -> np.ndarray:
    return np.random.default_rng(rows).normal(size=(rows, columns)).astype(np.float32)


def last(values: dict) -> np.ndarray:
    return values[max(values)]


@pytest.mark.parametrize("name", FIXED)
def test_a_traced_step_computes_what_the_cell_computes(name):
    cell = drawn_cell(name)
    program, symbol, state = cell.program(4), np.eye(10, 5, dtype=np.float32), drawn(cell.state_size)
    stepped = last(run(program.step, numpy_arrays, cell.named_tensors(), {"symbol": symbol, "state": state}))
    assert np.array_equal(stepped, cell.step(numpy_arrays, symbol, state))
    features = last(run(program.answer, numpy_arrays, cell.named_tensors(), {"state": state}))
    assert np.array_equal(features, cell.features(numpy_arrays, state))


@pytest.mark.parametrize("name", FIXED)
def test_an_update_from_the_recurrent_term_is_the_step(name):
    cell, symbol = drawn_cell(name), np.eye(10, 5, dtype=np.float32)
    state = drawn(cell.state_size)
    term = cell.recurrent_term(numpy_arrays, state)
    assert term.shape == (cell.program(1).boxed, 5)
    assert np.allclose(cell.update(numpy_arrays, symbol, term), cell.step(numpy_arrays, symbol, state), atol=1e-6)


@pytest.mark.parametrize("name", CUTS)
def test_the_cut_is_found_from_the_program(name):
    program = drawn_cell(name).program(4)
    assert [(program.step[number].op, program.step[number].rows) for number in program.cut] == CUTS[name]


def test_a_slice_of_an_image_that_is_needed_in_parts_is_kept_whole():
    tracer = Tracer({"w": (4, 2)}, {"symbol": 2, "state": 2})
    image = tracer.matmul(tracer.weight("w"), tracer.state())
    program = assembled(tracer, tracer.tanh(image[:2]) + tracer.sigmoid(image[2:]))
    assert [program.step[number].op for number in program.cut] == ["matmul"]


def test_an_image_by_a_gate_of_the_symbol_is_no_part_of_the_cut():
    tracer = Tracer({"w": (2, 2)}, {"symbol": 2, "state": 2})
    gated = tracer.sigmoid(tracer.symbol()) * tracer.state()
    program = assembled(tracer, tracer.tanh(tracer.matmul(tracer.weight("w"), gated)))
    assert [program.step[number].op for number in program.cut] == ["state"]


def test_a_step_that_forgets_the_state_still_has_a_cut():
    tracer = Tracer({}, {"symbol": 2, "state": 2})
    program = assembled(tracer, tracer.tanh(tracer.symbol()))
    assert [program.step[number].op for number in program.cut] == ["state"]


def assembled(tracer: Tracer, new_state) -> Program:
    """The program of a traced new state, whose answer is the state itself."""
    answer = Tracer(tracer.shapes, {"state": new_state.rows})
    shapes = tracer.shapes | {"readout.weight": (2, new_state.rows), "readout.bias": (2,)}
    return assemble(
        new_state=new_state, features=answer.state(), weight="readout.weight", bias="readout.bias", shapes=shapes, encoded=2
    )


@pytest.mark.parametrize("name", FIXED)
def test_what_depends_on_the_symbol_alone_is_computed_once_per_symbol(name):
    cell = drawn_cell(name)
    program, alphabet = cell.program(4), np.eye(10, dtype=np.float32)
    wanted = symbol_values(program)
    on_state = [number for number, item in enumerate(program.step) if item.op == "state"]
    values = run_symbol_values(program, numpy_arrays, cell.named_tensors(), alphabet)
    assert set(values) == set(wanted) and wanted and not set(on_state) & set(wanted)
    state = drawn(cell.state_size, 10)
    whole = run(program.step, numpy_arrays, cell.named_tensors(), {"symbol": alphabet, "state": state})
    assert all(np.array_equal(np.broadcast_to(values[number], whole[number].shape), whole[number]) for number in wanted)


def test_gates_of_the_input_are_values_of_the_symbol():
    program = drawn_cell("mingru").program(4)
    assert {"sigmoid", "slice"} <= {program.step[number].op for number in symbol_values(program)}


def test_a_part_of_the_new_state_that_the_step_reads_on_may_have_been_stored():
    program = drawn_cell("lstm").program(4)
    (stored,) = [number for number, item in enumerate(program.step) if item.op == "stored"]
    readers = [item.op for item in program.step if stored in item.arguments]
    assert readers == ["tanh"]
    assert "stored" not in {item.op for item in drawn_cell("gru").program(4).step}


@pytest.mark.parametrize("name", FIXED)
def test_json_and_back_is_the_same_program_in_one_spelling(name):
    program = drawn_cell(name).program(4)
    text = program_json(program)
    assert parse_program(text, "a test") == program
    assert program_json(parse_program(text, "a test")) == text and len(program_digest(program)) == 64


def damaged(program: Program):
    """Texts of programs that are none, each with one change."""
    text = program_json(program)
    yield text.replace('"op":"tanh"', '"op":"sinh"', 1)
    yield text.replace('"of":[0]', '"of":[99]', 1)
    yield text.replace('"cut":[', '"cut":[0,', 1)
    yield text.replace('"state":', '"states":', 1)
    yield text.replace('"stop":', '"stop":1', 1)
    yield text.replace('"start":""', '"start":"readout.bias"', 1)
    yield text[:-1]
    yield "[" * 100_000
    yield "{}"


def test_a_damaged_program_is_refused_in_one_line():
    for text in damaged(drawn_cell("lstm").program(4)):
        with pytest.raises(InputError, match="expected a step program"):
            parse_program(text, "a test")


def test_every_operation_says_how_it_is_written_and_leaves_take_nothing():
    assert all(operation.text for operation in OPERATIONS.values())
    assert {name for name, operation in OPERATIONS.items() if operation.arguments == 0} == set(LEAVES)


def test_a_number_of_one_row_is_repeated_and_slices_of_stacks_are_the_parts():
    tracer = Tracer({"b": (3,)}, {"symbol": 2, "state": 4})
    state = tracer.state()
    sum_of_rows = state + tracer.mean(state)
    assert sum_of_rows.rows == 4 and tracer.instructions[sum_of_rows.instruction.arguments[1]].op == "take"
    stacked = tracer.concatenate([tracer.symbol(), state[:2], state[2:]])
    assert [tracer.instructions[number].op for number in stacked.instruction.arguments] == ["symbol", "state"]
    assert stacked[2:6].number == state.number and (1.0 - tracer.weight("b").vector()).rows == 3


def test_equal_instructions_are_made_once():
    tracer = Tracer({}, {"symbol": 2, "state": 2})
    assert tracer.tanh(tracer.state()).number == tracer.tanh(tracer.state()).number


def whole_step(answer_of):
    """The program of h' = tanh(x + W h), with logits V·answer + b."""
    rng = np.random.default_rng(3)
    tensors = {"w": rng.normal(size=(2, 2)), "v": rng.normal(size=(3, 2)), "b": rng.normal(size=3), "s": rng.normal(size=2)}
    tensors = {name: value.astype(np.float32) for name, value in tensors.items()}
    tracer = Tracer({name: value.shape for name, value in tensors.items()}, {"symbol": 2, "state": 2})
    state = tracer.state()
    new_state = tracer.tanh(tracer.symbol() + tracer.matmul(tracer.weight("w"), state))
    features = answer_of(tracer, state, new_state)
    logits = tracer.matmul(tracer.weight("v"), features) + tracer.weight("b")
    program, tensors = program_of_step(new_state=new_state, logits=logits, tensors=tensors, encoded=2, start="s")
    return program, tensors


@pytest.mark.parametrize("reads", ["new state", "symbol", "old state"])
def test_logits_that_need_more_than_the_new_state_are_kept_in_it(reads):
    def answer(tracer, state, new_state):
        return {"new state": tracer.silu(new_state), "symbol": new_state + tracer.symbol(), "old state": new_state * state}[reads]

    program, tensors = whole_step(answer)
    assert (program.weight, program.bias) == ("v", "b")
    assert program.state == (2 if reads == "new state" else 4) == len(tensors["s"])
    net = program_net(program, tensors, base=2, tapes=1)
    h = tensors["s"][:2].astype(np.float64)
    outputs = []
    for symbol in (1, 0, 1, 1, 0):
        x, old = np.eye(2)[symbol], h
        h = np.tanh(x + tensors["w"] @ h)
        features = {"new state": h / (1 + np.exp(-h)), "symbol": h + x, "old state": h * old}[reads]
        outputs.append(int(np.argmax(tensors["v"] @ features + tensors["b"])))
    assert answers(net, np.array([[1], [0], [1], [1], [0]], np.uint16))[:, 0].tolist() == outputs


def test_a_net_that_is_a_program_is_saved_with_it():
    program, tensors = whole_step(lambda tracer, state, new_state: new_state)
    task = task_named("parity", 2)
    net = program_net(program, {**tensors}, base=2, tapes=1)
    config = describe(net, task)
    loaded, again = from_bytes(to_bytes(net, config), "a test")
    assert again == config and isinstance(loaded.cell, ProgramCell) and loaded.cell.steps == program
    assert np.array_equal(loaded.numpy_start(1), net.numpy_start(1)) and np.array_equal(loaded.weight, net.weight)


def test_rows_of_a_bias_are_a_column_in_either_order():
    tracer = Tracer({"bias": (4,)}, {"symbol": 2, "state": 2})
    bias = tracer.weight("bias")
    assert bias[1:3, None] == bias[:, None][1:3] == bias[1:3][:, None]
    with pytest.raises(ValueError, match="take rows"):
        bias[1:3, 0]


def test_a_program_that_reads_other_symbols_is_refused():
    program, tensors = whole_step(lambda tracer, state, new_state: new_state)
    with pytest.raises(InputError, match="a step that reads 10 inputs"):
        program_net(program, tensors, base=10, tapes=1)


def test_an_instruction_knows_its_attributes():
    assert Instruction("slice", (0,), (("start", 1), ("stop", 3)), 2)["stop"] == 3


def test_a_normalize_of_a_mean_square_that_becomes_a_part_of_the_state_is_refused():
    tracer = Tracer({}, {"symbol": 2, "state": 2})
    squares = tracer.mean_square(tracer.state())
    with pytest.raises(ValueError, match="a normalize that is not of its own mean square"):
        assembled(tracer, tracer.concatenate([tracer.normalize(tracer.state(), squares, 0.1)[:1], squares]))
