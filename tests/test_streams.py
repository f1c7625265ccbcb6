"""Streaming nets: files and steps run over many streams as one by one, frames, sounds, treatments."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from anylength.audits.patch import patched
from anylength.base import InputError
from anylength.cli.main import main
from anylength.streams import Feeding, Spectrum, profiles
from anylength.streams.driver import Batch, answers_of
from anylength.streams.feeding import profile_of, read_profile
from anylength.streams.frames import check_signal, frames
from anylength.streams.layers import layers, together
from anylength.streams.models import read_model
from anylength.streams.onnx_net import OnnxNet
from anylength.streams.sounds import MADE, at_level, endless, level, made_noise, mixed, read_folder, resampled
from anylength.streams.step_net import StepNet
from anylength.streams.treatments import Treatment

HIDDEN, FRAME = 3, 4
FEEDING = Feeding(rate=100, frame=FRAME)


def value(name, shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def weight(name, *shape, seed=0):
    return numpy_helper.from_array(np.random.default_rng([seed, len(name)]).normal(0, 0.7, shape).astype(np.float32), name)


def model(nodes, inputs, outputs, weights):
    graph = helper.make_graph(nodes, "net", inputs, outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def lstm(batch="B"):
    """A front end of one product, an LSTM with h and c in one state [2, B, H], and a probability."""
    dims = [2, batch, HIDDEN]
    nodes = [
        helper.make_node("MatMul", ["input", "front"], ["features"]),
        helper.make_node("Unsqueeze", ["features", "zero"], ["sequence"]),
        helper.make_node("Slice", ["state", "zero", "one", "zero"], ["h"]),
        helper.make_node("Slice", ["state", "one", "two", "zero"], ["c"]),
        helper.make_node("LSTM", ["sequence", "W", "R", "B", "", "h", "c"], ["", "hn", "cn"], hidden_size=HIDDEN),
        helper.make_node("Concat", ["hn", "cn"], ["state_new"], axis=0),
        helper.make_node("Squeeze", ["hn", "zero"], ["flat"]),
        helper.make_node("MatMul", ["flat", "read"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"]),
    ]
    numbers = [numpy_helper.from_array(np.array([n], np.int64), name) for n, name in enumerate(("zero", "one", "two"))]
    weights = [
        weight("front", FRAME, 5),
        weight("W", 1, 4 * HIDDEN, 5),
        weight("R", 1, 4 * HIDDEN, HIDDEN),
        weight("read", HIDDEN, 1),
    ]
    weights += [weight("B", 1, 8 * HIDDEN), *numbers]
    return model(
        nodes,
        [value("input", [batch, FRAME]), value("state", dims)],
        [value("probability", [batch, 1]), value("state_new", dims)],
        weights,
    )


def leaky(shape=(1, 2)):
    """s' = 0.9 s + x A, whose file runs one stream; the answer is s'."""
    nodes = [
        helper.make_node("Mul", ["s", "rate"], ["kept"]),
        helper.make_node("MatMul", ["x", "A"], ["added"]),
        helper.make_node("Add", ["kept", "added"], ["s_out"]),
        helper.make_node("Identity", ["s_out"], ["answer"]),
    ]
    weights = [weight("A", FRAME, 2), numpy_helper.from_array(np.float32([0.9]), "rate")]
    return model(
        nodes,
        [value("x", [1, FRAME]), value("s", list(shape))],
        [value("answer", list(shape)), value("s_out", list(shape))],
        weights,
    )


def chosen_by_rate():
    """A file with two gains, chosen by an `If` on the input `sr`."""
    branch = lambda gain: helper.make_graph(
        [
            helper.make_node("Constant", [], [f"g{gain}"], value=numpy_helper.from_array(np.float32(gain))),
            helper.make_node("Mul", ["x", f"g{gain}"], [f"y{gain}"]),
        ],
        f"gain{gain}",
        [],
        [value(f"y{gain}", None)],
    )
    nodes = [
        helper.make_node("Equal", ["sr", "usual"], ["is_usual"]),
        helper.make_node("If", ["is_usual"], ["scaled"], then_branch=branch(2), else_branch=branch(3)),
        helper.make_node("Add", ["scaled", "s"], ["s_out"]),
        helper.make_node("Identity", ["s_out"], ["answer"]),
    ]
    rate = helper.make_tensor_value_info("sr", TensorProto.INT64, [])
    usual = numpy_helper.from_array(np.array(16_000, np.int64), "usual")
    dims = ["B", FRAME]
    return model(nodes, [value("x", dims), value("s", dims), rate], [value("answer", dims), value("s_out", dims)], [usual])


def whole_sequences():
    """A GRU that reads whole sequences [B, T, F] and keeps its state to itself."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["time_first"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["time_first", "W", "R"], ["y", "last"], hidden_size=HIDDEN),
        helper.make_node("Squeeze", ["y", "one"], ["flat"]),
        helper.make_node("Transpose", ["flat"], ["answer"], perm=[1, 0, 2]),
    ]
    weights = [weight("W", 1, 3 * HIDDEN, FRAME), weight("R", 1, 3 * HIDDEN, HIDDEN), numpy_helper.from_array(np.array([1]), "one")]
    return model(nodes, [value("x", ["B", "T", FRAME])], [value("answer", ["B", "T", HIDDEN])], weights)


FILES = {
    "lstm": (lstm(), FEEDING, {}),
    "lstm of one stream": (lstm(1), FEEDING, {}),
    "one stream": (leaky(), FEEDING, {}),
    "chosen branch": (chosen_by_rate(), Feeding(rate=100, frame=FRAME, fixed={"sr": 8_000}), {"sr": np.array(8_000)}),
}


def original(file, fed, fixed, steps):
    """States and answers of the file itself, one stream, frame by frame."""
    session = onnxruntime.InferenceSession(file.SerializeToString())
    inputs = {entry.name: [1 if type(n) is not int else n for n in entry.shape] for entry in session.get_inputs()}
    name = next(name for name in inputs if name in ("input", "x"))
    state = next(name for name in inputs if name in ("state", "s"))
    now, kept = np.zeros(inputs[state], np.float32), []
    for frame in fed[:steps]:
        answer, now = session.run(None, {name: frame.reshape(inputs[name]), state: now} | fixed)
        kept.append((np.array(answer).ravel(), np.array(now).ravel()))
    return [np.stack(column) for column in zip(*kept, strict=True)]


def signals(count, steps, seed=0):
    return [frames(np.random.default_rng([seed, row]).normal(size=(steps * FRAME, 1)), FEEDING) for row in range(count)]


@pytest.mark.parametrize("name", FILES)
def test_streams_side_by_side_are_the_file_frame_by_frame(name):
    file, feeding, fixed = FILES[name]
    net, inputs = OnnxNet(file, feeding), signals(3, 12)
    batch = Batch(net, [net.features(rows) for rows in inputs], range(3))
    states = []
    held = []
    batch.run(12, lambda step, now, answers: (states.append(now), held.append(answers)))
    for row, rows in enumerate(inputs):
        answers, wanted = original(file, rows, fixed, 12)
        assert np.allclose(np.stack(held)[:, row], answers, atol=1e-6)
        assert np.allclose(np.stack(states)[:, row], wanted, atol=1e-6)


def test_files_of_one_stream_run_several_where_this_changes_nothing():
    assert OnnxNet(leaky(), FEEDING).batched


def test_a_file_that_reads_sequences_is_fed_frame_by_frame(tmp_path):
    path = tmp_path / "net.onnx"
    onnx.save(whole_sequences(), path)
    options = {"rate": 100, "frame": FRAME, "sequences": True, "kind": "values"}
    net = read_model(path, None, options).net
    rows = signals(1, 9)[0]
    batch = Batch(net, [net.features(rows)], [0])
    wanted = onnxruntime.InferenceSession(str(path)).run(None, {"x": rows[None]})[0][0]
    assert np.allclose(answers_of(batch, 9)[0], wanted, atol=2e-3)


@pytest.mark.parametrize(
    ("file", "state", "message"),
    [
        (
            model([helper.make_node("Relu", ["x"], ["y"])], [value("x", ["B", 4])], [value("y", ["B", 2])], []),
            {},
            "a net with state",
        ),
        (leaky(), {"s": "nothing"}, "a state among"),
        (leaky(), {"nothing": "s_out"}, "a state among"),
    ],
)
def test_states_that_cannot_be_told_are_refused_in_one_line(file, state, message):
    with pytest.raises(InputError, match=message) as error:
        OnnxNet(file, Feeding(rate=100, frame=FRAME, state=state))
    assert "\n" not in str(error.value)


def test_frames_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="frames that fit"):
        OnnxNet(lstm(), Feeding(rate=100, frame=FRAME + 1))


def test_the_layer_of_a_file_is_found_with_its_numbers():
    net = OnnxNet(lstm(), FEEDING)
    (layer,) = layers(net)
    assert (layer.cell, layer.units, layer.reads_features) == ("lstm", HIDDEN, True)
    assert layer.hidden.tolist() == [0, 1, 2] and layer.memory.tolist() == [3, 4, 5]
    assert together(net, 4)[0] == "state[1]" and together(net, 4)[1].tolist() == [3, 4, 5]


def chosen_by_value():
    """A file whose state comes from an LSTM or from its negative, by the sign of the input."""
    file = lstm(1)
    negative = helper.make_graph([helper.make_node("Neg", ["state_lstm"], ["turned"])], "no", [], [value("turned", [2, 1, HIDDEN])])
    same = helper.make_graph([helper.make_node("Identity", ["state_lstm"], ["kept"])], "yes", [], [value("kept", [2, 1, HIDDEN])])
    file.graph.node[5].output[0] = "state_lstm"
    extra = [
        helper.make_node("ReduceMax", ["input"], ["most"], keepdims=0),
        helper.make_node("Greater", ["most", "far"], ["is_far"]),
        helper.make_node("If", ["is_far"], ["state_new"], then_branch=negative, else_branch=same),
    ]
    file.graph.node.extend(extra)
    file.graph.initializer.append(numpy_helper.from_array(np.float32(1e6), "far"))
    return file


def test_a_branch_that_depends_on_values_is_refused_where_statements_hold_for_every_input():
    """Random inputs never reach the other side, so only the graph tells that there is one."""
    with pytest.raises(InputError, match="branches can be resolved"):
        layers(OnnxNet(chosen_by_value(), FEEDING))


def test_a_gru_that_keeps_its_state_is_found(tmp_path):
    path = tmp_path / "net.onnx"
    onnx.save(whole_sequences(), path)
    net = read_model(path, None, {"rate": 100, "frame": FRAME, "sequences": True, "kind": "values"}).net
    assert [(layer.cell, layer.units) for layer in layers(net)] == [("gru", HIDDEN)]


TREATMENTS = [
    Treatment("leak", leak=0.9, numbers=(3, 4)),
    Treatment("leak all", leak=0.5),
    Treatment("clip", clip=0.2, numbers=(5,)),
    Treatment("timer", timer=4),
    Treatment("float16", storage="float16"),
    Treatment("bfloat16", storage="bfloat16"),
    Treatment("int8", storage="int8"),
]


@pytest.mark.parametrize("treatment", TREATMENTS, ids=lambda item: item.name)
def test_a_treatment_in_a_batch_is_the_treatment_in_a_plain_loop(treatment):
    import ml_dtypes

    net = OnnxNet(lstm(), FEEDING)
    features = net.features(signals(1, 10)[0])
    scales = np.full(net.size, 2, np.float32)
    batch = Batch(net, [features], [0, 0], [Treatment(), treatment], scales=scales)
    batch.run(10)
    state = net.start()[None]
    numbers = slice(None) if treatment.numbers is None else list(treatment.numbers)
    for step in range(10):
        if treatment.timer and step and step % treatment.timer == 0:
            state = net.start()[None]
        state = net.step(state, features[step : step + 1])[0]
        if treatment.leak:
            state[:, numbers] *= np.float32(treatment.leak)
        if treatment.clip:
            state[:, numbers] = state[:, numbers].clip(-treatment.clip, treatment.clip)
        if treatment.storage == "int8":
            state = np.round(state / (2 / 127)).clip(-127, 127).astype(np.float32) * np.float32(2 / 127)
        elif treatment.storage:
            state = state.astype(np.float16 if treatment.storage == "float16" else ml_dtypes.bfloat16).astype(np.float32)
    assert np.allclose(batch.states[1], state[0], atol=1e-6)
    assert not np.allclose(batch.states[0], batch.states[1], atol=1e-6)


@pytest.mark.parametrize("treatment", TREATMENTS[:3], ids=lambda item: item.name)
def test_a_patched_file_has_the_treatment_and_the_same_interface(treatment):
    net = OnnxNet(lstm(), FEEDING)
    file = patched(net, treatment)
    describe = lambda part: [(entry.name, entry.type) for entry in [*part.graph.input, *part.graph.output]]
    assert describe(file) == describe(net.model)
    cured, features = OnnxNet(file, FEEDING), net.features(signals(1, 10)[0])
    outside, inside = Batch(net, [features], [0], [treatment]), Batch(cured, [features], [0])
    outside.run(10)
    inside.run(10)
    assert np.allclose(outside.states, inside.states, atol=1e-6)


def test_a_timer_fits_no_file():
    with pytest.raises(InputError, match="a leak or a clip"):
        patched(OnnxNet(lstm(), FEEDING), Treatment("timer", timer=3))


def test_steps_of_numpy_and_of_pytorch_are_nets():
    torch = pytest.importorskip("torch")
    cell = torch.nn.LSTMCell(FRAME, HIDDEN)
    start = (torch.zeros(HIDDEN), torch.zeros(HIDDEN))

    def step(state, x):
        new = cell(x, state)
        return new, new[0]

    net = StepNet(step, start)
    rows = signals(1, 6)[0]
    assert net.groups == {"state[0]": HIDDEN, "state[1]": HIDDEN}
    state = tuple(part[None] for part in start)
    with torch.no_grad():
        for row in rows:
            state = cell(torch.from_numpy(row[None]), state)
    batch = Batch(net, [net.features(rows)], [0])
    batch.run(6)
    assert np.allclose(batch.states[0], np.concatenate([part[0].numpy() for part in state]), atol=1e-6)


def test_a_step_that_returns_another_state_is_refused():
    net = StepNet(lambda state, x: (state[:, :1], x), np.zeros(2, np.float32))
    with pytest.raises(InputError, match="a new state of 2 numbers"):
        net.step(np.zeros((1, 2), np.float32), np.zeros((1, 1), np.float32))


def test_frames_have_their_context():
    signal = np.arange(12, dtype=np.float32)[:, None]
    rows = frames(signal, Feeding(rate=1, frame=4, context=2))
    assert rows.tolist() == [[0, 0, 0, 1, 2, 3], [2, 3, 4, 5, 6, 7], [6, 7, 8, 9, 10, 11]]
    assert frames(signal, Feeding(rate=1, frame=4, context=2), before=np.float32([[7], [8], [9]]))[0].tolist()[:2] == [8, 9]


def test_rows_of_sensors_are_frames_row_after_row():
    rows = np.arange(12, dtype=np.float32).reshape(6, 2)
    assert frames(rows, Feeding(rate=1, frame=2, columns=2)).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


@pytest.mark.parametrize("part", ["magnitude", "complex", "log-power"])
def test_spectra_are_those_of_scipy(part):
    from scipy.signal import ShortTimeFFT, get_window

    signal = np.random.default_rng(0).normal(size=(64, 1)).astype(np.float32)
    rows = frames(signal, Feeding(rate=1, frame=4, spectrum=Spectrum(size=8, window="hann", root=True, part=part)))
    padded = np.concatenate([np.zeros(4), signal[:, 0]])
    whole = ShortTimeFFT(np.sqrt(get_window("hann", 8)), hop=4, fs=1, phase_shift=None).stft(padded, p0=1, p1=17).T
    wanted = {
        "magnitude": np.abs(whole),
        "complex": np.stack([whole.real, whole.imag], -1).reshape(16, -1),
        "log-power": np.log10(np.maximum(np.abs(whole) ** 2, 1e-12)),
    }
    assert np.allclose(rows, wanted[part], atol=1e-4)


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        (np.zeros(500), "silence"),
        (np.ones(20), "at least 1 s"),
        (np.full(500, np.nan), "NaN"),
        (np.ones((500, 2)), "1 column"),
    ],
)
def test_unusable_signals_are_refused_in_one_line(signal, message):
    with pytest.raises(InputError, match=message) as error:
        check_signal(signal, "clip.wav", FEEDING, 1.0)
    assert "clip.wav" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("name", MADE)
def test_noises_are_endless_at_one_level_and_follow_their_seed(name):
    feeding = Feeding(rate=1_000, frame=10)
    sound = made_noise(name, 0, feeding)
    long = endless(sound, 150_000, np.random.default_rng(1), feeding)
    assert long.shape == (150_000, 1) and np.isclose((long**2).mean(), 1, atol=1e-3)
    assert np.array_equal(long, endless(made_noise(name, 0, feeding), 150_000, np.random.default_rng(1), feeding))
    assert not np.array_equal(long, endless(sound, 150_000, np.random.default_rng(2), feeding))
    halves = np.sqrt((long.reshape(2, -1) ** 2).mean(axis=1))
    assert np.allclose(halves, 1, atol=0.1)


def test_a_mixture_has_its_ratio():
    feeding = Feeding(rate=1_000, frame=10)
    clip = at_level(made_noise("white", 3, feeding), feeding).signal[:20_000]
    noise = endless(made_noise("pink", 4, feeding), 20_000, np.random.default_rng(0), feeding)
    rest = mixed(clip, noise, 12.0) - clip
    assert np.isclose(20 * np.log10(level(clip, feeding) / np.sqrt((rest**2).mean())), 12, atol=0.2)


def test_files_are_read_at_the_nets_rate_with_their_labels(tmp_path):
    soundfile = pytest.importorskip("soundfile")
    tone = np.sin(2 * np.pi * 50 * np.arange(8_000) / 4_000)
    soundfile.write(tmp_path / "tone.wav", np.stack([tone, tone], 1), 4_000)
    (tmp_path / "tone.txt").write_text("0.5\t1.5\tspeech\n")
    np.save(tmp_path / "rows.npy", np.ones((2_500, 1), np.float32))
    (tmp_path / "table.csv").write_text("a\n" + "1.5\n" * 2_000)
    found = {sound.name: sound for sound in read_folder(tmp_path, Feeding(rate=1_000, frame=10))}
    assert sorted(found) == ["rows", "table", "tone"]
    assert found["tone"].active == [(0.5, 1.5)] and found["rows"].active is None
    wanted = np.sin(2 * np.pi * 50 * np.arange(2_000) / 1_000)
    assert np.allclose(found["tone"].signal[200:-200, 0], wanted[200:-200], atol=0.01)
    assert found["table"].signal.shape == (2_000, 1)


def test_another_rate_keeps_a_tone():
    tone = np.sin(2 * np.pi * 30 * np.arange(4_410) / 441)
    found = resampled(tone, 441, 160)
    assert np.allclose(found[100:-100], np.sin(2 * np.pi * 30 * np.arange(1_600) / 160)[100:-100], atol=0.02)


@pytest.mark.parametrize("path", ["nothing", "broken.wav"])
def test_missing_and_broken_files_are_refused(path, tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError):
        read_folder(tmp_path / path, FEEDING)


def test_profiles_of_the_package_are_read_and_others_refused(tmp_path):
    assert {"silero-vad", "gtcrn", "nsnet2", "dtln-1"} <= set(profiles())
    assert profiles()["silero-vad"].feeding_at(8_000).frame == 256
    with pytest.raises(InputError, match="16000 or 8000"):
        profiles()["silero-vad"].feeding_at(44_100)
    with pytest.raises(InputError, match="silero-vad"):
        read_profile("silero")
    (tmp_path / "mine.toml").write_text("title = 3")
    with pytest.raises(InputError, match="a profile in TOML"):
        read_profile(str(tmp_path / "mine.toml"))


@pytest.mark.parametrize("name", ["nothing.onnx", "nothing.py:Net", "json:Nothing", "words"])
def test_models_that_are_not_there_are_refused_in_one_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error:
        read_model(name, None, {"rate": 100, "frame": 4})
    assert "\n" not in str(error.value)


def test_a_run_folder_is_referred_to_the_commands_on_runs(tmp_path, capsys):
    assert main(["audit", str(tmp_path)]) == 2
    assert "anylength stress, explain or prove" in capsys.readouterr().err


def test_a_model_without_a_profile_needs_to_be_told_how_it_is_fed(tmp_path):
    onnx.save(lstm(), tmp_path / "net.onnx")
    with pytest.raises(InputError, match="how the net is fed"):
        read_model(Path(tmp_path) / "net.onnx", None, {})


def graph_of(nodes, inputs, outputs, kind=TensorProto.FLOAT, **held):
    """A model of nodes, with inputs and outputs by name and shape."""
    info = lambda values: [helper.make_tensor_value_info(name, kind, shape) for name, shape in values.items()]
    held = [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "g", info(inputs), info(outputs), held)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


SOUND = Feeding(rate=16_000, frame=256)
AVERAGE = [helper.make_node("Mul", ["h", "half"], ["old"]), helper.make_node("Add", ["old", "mean"], ["hn"])]
LOUD = [helper.make_node("Abs", ["x"], ["a"]), helper.make_node("ReduceMean", ["a"], ["mean"], axes=[1], keepdims=1)]


def test_an_answer_that_does_not_depend_on_the_state_is_refused():
    nodes = [*LOUD, helper.make_node("Sigmoid", ["mean"], ["p"]), *AVERAGE]
    deaf = graph_of(nodes, {"x": ["B", 256], "h": ["B", 4]}, {"p": ["B", 1], "hn": ["B", 4]}, half=0.5)
    with pytest.raises(InputError, match="an answer that depends on the state, got p"):
        OnnxNet(deaf, SOUND)


def test_states_of_16_bits_are_named():
    nodes = [helper.make_node("Add", ["x", "h"], ["hn"]), helper.make_node("Sigmoid", ["hn"], ["p"])]
    half = graph_of(nodes, {"x": [1, 256], "h": [1, 256]}, {"p": [1, 256], "hn": [1, 256]}, TensorProto.FLOAT16)
    with pytest.raises(InputError, match="a state of float32 numbers, got x, h in 16 bits"):
        OnnxNet(half, SOUND)


def test_names_tell_which_of_two_inputs_of_one_shape_is_the_state():
    nodes = [helper.make_node("Add", ["h_in", "audio"], ["h_out"]), helper.make_node("Tanh", ["h_out"], ["enhanced"])]
    shapes = [{key: [1, 256] for key in names} for names in (("audio", "h_in"), ("enhanced", "h_out"))]
    assert OnnxNet(graph_of(nodes, *shapes), SOUND).pairs == {"h_in": "h_out"}


def test_features_are_no_frames_of_sound():
    nodes = [helper.make_node("MatMul", ["x", "w"], ["mean"]), *AVERAGE, helper.make_node("Sigmoid", ["hn"], ["p"])]
    mel = graph_of(nodes, {"x": ["B", 40], "h": ["B", 4]}, {"p": ["B", 4], "hn": ["B", 4]}, half=0.5, w=np.ones((40, 4)))
    with pytest.raises(InputError, match=r"features of sound, or frames of 10 ms and more, got 40 samples, 2\.5 ms"):
        OnnxNet(mel, Feeding(rate=16_000, frame=40))


SILERO = {
    "silero-vad": ({"input": [-1, -1], "sr": [], "state": [2, -1, 128]}, {"output": [-1, 1], "stateN": [2, -1, 128]}),
    "silero-vad-16k": ({"input": [1, 576], "state": [2, 1, 128]}, {"output": [1, 1], "stateN": [2, 1, 128]}),
    "silero-vad-sequence": (
        {"input": [-1, 576], "h": [1, 1, 128], "c": [1, 1, 128]},
        {"speech_probs": [-1], "hn": [1, -1, 128], "cn": [1, -1, 128]},
    ),
}
"""Signatures of the files that the packages silero-vad, livekit-plugins-silero and faster-whisper ship."""


@pytest.mark.parametrize("name", SILERO)
def test_files_of_the_packages_are_recognised(name):
    found = profile_of(*SILERO[name])
    assert found is not None and found[0] == name
