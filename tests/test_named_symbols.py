"""Tasks that read words of named symbols: their notation, their files, and every command on them."""

import itertools
import json
import shutil
import subprocess
from pathlib import Path

import msgspec
import numpy as np
import pytest
from by_hand import echoing_net, net_of

import anylength
from anylength.base import InputError
from anylength.experiments.options import TrainOptions
from anylength.experiments.until import search_for_proof
from anylength.interchange import C_PROGRAM, EXPORT_FORMATS, export_files
from anylength.nets import describe
from anylength.records import AnyVerdict, Unknown
from anylength.rules import IGNORE_INDEX, Names, Task, example_answers, from_named_machine, minimise, task_named
from anylength.rules.notation import Numbers
from anylength.rules.own_tasks import from_description, from_mapping
from anylength.rules.suites import named_machine_task
from anylength.runs import Run
from anylength.training import TrainResult
from anylength.verification.verdicts import Verification

TURNS = {
    "name": "turns", "symbols": ["swap12", "turn", "stay"], "labels": ["even", "odd"], "graded": "all", "start": "e",
    "states": {"e": {"swap12": ["o", "odd"], "*": ["e", "even"]}, "o": {"swap12": ["e", "even"], "*": ["o", "odd"]}},
}  # fmt: skip
ENDS = {
    "name": "ends-in-ab", "symbols": ["a", "b"], "labels": ["no", "yes"], "ends": True, "start": "none",
    "states": {"none": {"a": ["a", "no"], "b": ["none", "no"]}, "a": {"a": ["a", "no"], "b": ["none", "yes"]}},
}  # fmt: skip
STARS = TURNS | {
    "symbols": ["*", "**", "stay"],
    "states": {"e": {"*": ["o", "odd"], "***": ["e", "even"]}, "o": {"*": ["e", "even"], "***": ["o", "odd"]}},
}


@pytest.fixture(params=[TURNS, ENDS], ids=["turns", "ends"])
def task(request) -> Task:
    return from_mapping(request.param)


def random_words(task: Task, count: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, task.symbols, rng.integers(1, 30)).astype(np.uint16) for _ in range(count)]


@pytest.mark.parametrize("names", [("a", "b"), ("swap12", "turn"), ("a", "bb"), ("ä", "→"), tuple(f"x{i}" for i in range(300))])
def test_a_word_is_read_as_it_was_written(names):
    notation = Names(names)
    letters = np.random.default_rng(0).integers(0, len(names), 50).astype(np.uint16)
    assert np.array_equal(notation.read(notation.write(letters)), letters)
    assert np.array_equal(notation.read("  ".join(names)), np.arange(len(names)))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("swap13", "expected a known symbol, got 'swap13': did you mean 'swap12'?"),
        ("zzz", "take one of swap12, turn"),
        ("", "the empty word: a net answers after each symbol; write for example swap12 swap12"),
        ("  ", "the empty word"),
    ],
)
def test_a_word_of_other_symbols_is_refused_in_one_line(text, says):
    with pytest.raises(InputError) as error:
        Names(("swap12", "turn")).read(text)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ((), "expected 1 to 4,096 symbols, got 0"),
        (tuple(map(str, range(5000))), "expected 1 to 4,096 symbols, got 5,000"),
        (("a", "b", "a"), "expected symbols that differ, got two named 'a'"),
        (("a b", "c"), "without spaces, got 'a b'"),
        (("", "c"), "without spaces, got ''"),
        (("a\n", "c"), "printable characters"),
        (("x" * 41, "c"), "symbols of 1 to 40"),
    ],
)
def test_an_alphabet_that_cannot_be_written_is_refused(names, says):
    with pytest.raises(InputError) as error:
        Names(names)
    assert says in str(error.value)


def test_random_words_hold_every_symbol_and_numbers_no_leading_zero():
    rng, lengths = np.random.default_rng(0), np.full(200, 5)
    words, numbers = Names(("a", "b", "c")).random(rng, lengths, 7), Numbers(3).random(rng, lengths, 7)
    assert set(words[:, 4].tolist()) == {0, 1, 2} and set(numbers[:, 4].tolist()) == {1, 2}
    assert not words[:, 5:].any() and not numbers[:, 5:].any()


@pytest.mark.parametrize("raw", [TURNS, ENDS, STARS], ids=["turns", "ends", "stars"])
def test_a_machine_with_named_symbols_is_read_back_from_its_text(raw):
    task = from_mapping(raw)
    assert task.description is not None
    again = from_description(task.description)
    assert (again.transducer, again.names, again.labels, again.graded) == (task.transducer, task.names, task.labels, task.graded)
    assert list(again.data) == list(task.data) and again.description == task.description


def without(key: str) -> dict:
    return {name: value for name, value in TURNS.items() if name != key}


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (TURNS | {"base": 3}, "both in the machine: leave base out"),
        (without("symbols"), "expected graded beside symbols, got the machine, which reads numbers: leave graded out"),
        (without("labels"), "expected labels beside symbols in the machine, got none"),
        (TURNS | {"symbols": "abc"}, "symbols as a list of names"),
        (TURNS | {"graded": "some"}, 'expected graded = "last" or "all"'),
        (TURNS | {"ends": True}, 'ends = true only with "last"'),
        (TURNS | {"symbols": ["swap12", "turn", "turn"]}, "two named 'turn'"),
        (TURNS | {"states": {"e": {"swop12": ["e", "odd"]}}}, "got 'swop12': did you mean 'swap12'?"),
        ({"name": "x", "start": "e", "states": {"e": {}}}, "the key 'base' or 'symbols'"),
    ],
)
def test_a_mistake_in_a_file_with_named_symbols_is_one_line(raw, says):
    with pytest.raises(InputError) as error:
        from_mapping(raw)
    assert says in str(error.value) and "\n" not in str(error.value)


def test_answers_are_labels_of_every_step_or_of_the_last(task):
    for word in random_words(task, 20):
        outputs = task.machine.run(word.tolist())
        wanted = [task.output_names[output] for output in outputs]
        answer = task.text(task.exact(task.numbers(word)))
        assert answer == (" ".join(wanted) if task.graded == "all" else wanted[-1])
        classes = task.labelled(answer)
        assert classes is not None and task.text(classes) == answer


def test_a_right_net_is_proved_and_a_wrong_one_refuted_by_a_word(task):
    machine, net = task.machine, net_of(task.machine, task.base)
    assert anylength.prove(net, task, budget=60).verdict.verdict == "PROVED"
    output = tuple(tuple(1 - out if (q, s) == (1, 1) else out for s, out in enumerate(row)) for q, row in enumerate(machine.output))
    wrong = net_of(type(machine)(machine.start, machine.delta, output), task.base)
    verdict = anylength.prove(wrong, task, budget=60).verdict
    assert verdict.verdict == "REFUTED" and verdict.counterexample == [{"turns": "swap12 turn", "ends-in-ab": "ab"}[task.name]]
    assert anylength.ask(wrong, task, [verdict.counterexample]).correct == [False]


def test_words_of_the_data_set_ends_are_graded_at_their_ends_alone():
    task = from_mapping(ENDS)
    assert list(task.data) == ["ends", "post"]
    drawn = task.data["ends"](np.random.default_rng(0), task.base)
    assert drawn.train_ends is not None and set(drawn.train_ends.tolist()) == set(range(1, 11))
    targets, whole = task.targets(drawn.train.T, drawn.train_ends), task.targets(drawn.train.T)
    graded = targets != IGNORE_INDEX
    assert (graded.sum(axis=0) == 1).all() and (graded.argmax(axis=0) == drawn.train_ends - 1).all()
    assert (targets[graded] == whole[graded]).all()


def test_training_on_ends_alone_learns_the_task():
    result = anylength.fit(from_mapping(ENDS), recipe="plain", epochs=3)
    assert result.epochs[-1].validation_accuracy > 0.9


@pytest.mark.parametrize("name", ["tomita-4", "dyck-2-2", "flip-flop", "s3"])
def test_a_task_of_a_suite_is_the_machine_of_its_suite(name):
    task, suite_task = task_named(name), named_machine_task(name)
    assert suite_task is not None and task.description is None
    named = suite_task.make()
    assert (task.transducer, task.names, task.labels, task.graded) == (named.machine, named.symbols, named.outputs, named.graded)
    assert task_named(name, task.base).transducer == named.machine
    with pytest.raises(InputError, match="leave --base out"):
        task_named(name, 7)


def test_states_are_named_by_shortest_words_where_they_have_numbers_alone():
    assert task_named("tomita-4").machine.names == ("start", "0", "00", "000")
    assert from_mapping(TURNS).machine.names == ("e", "o")


def test_a_regular_expression_is_a_task_of_a_name_of_its_own():
    task = task_named("regex:(ab)*")
    assert task.name.startswith("regex-ab-") and task.names == ("a", "b")
    assert task.name != task_named("regex:ab").name
    assert {text: answer for [text], answer in example_answers(task)}["ab"] == "accept"


def test_large_alphabets_and_many_outputs_have_their_targets():
    """1,024 outputs: a target is no uint8."""
    suite_task = named_machine_task("z-120")
    assert suite_task is not None
    named = suite_task.make()
    task = from_named_machine(named, "z", "sums")
    word = np.array([[119], [1], [7]], np.uint16)
    assert task.targets(word).tolist() == [[119], [0], [7]]
    assert IGNORE_INDEX > 1024


@pytest.mark.parametrize("form", ["c", "js"])
def test_exports_answer_words_as_the_net_does(task, form, tmp_path):
    compiler, node = shutil.which("cc"), shutil.which("node")
    if (compiler if form == "c" else node) is None:
        pytest.skip("needs a C compiler or node")
    net = net_of(task.machine, task.base)
    texts = [task.notation.write(task.numbers(word)[0]) for word in random_words(task, 12)]
    wanted = anylength.ask(net, task, [[text] for text in texts]).answers
    file = tmp_path / {"c": "model.c", "js": "model.mjs"}[form]
    written = export_files(net, describe(net, task), C_PROGRAM if form == "c" else EXPORT_FORMATS[form], file.name)
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    if form == "c":
        strict = ("-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror")
        subprocess.run([str(compiler), *strict, file, "-lm", "-o", tmp_path / "m"], check=True)
        command, bad = [str(tmp_path / "m"), *texts], [str(tmp_path / "m"), "nothing known"]
    else:
        script = "import(process.argv[1]).then((net) => process.argv.slice(2).forEach((word) => console.log(net.answer(word))))"
        command, bad = [str(node), "-e", script, str(file), *texts], [str(node), "-e", script, str(file), "nothing known"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == wanted
    assert "known symbols" in subprocess.run(bad, capture_output=True, text=True).stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["turns", "ends", "s5"])
def test_every_command_speaks_in_names(called, tmp_path, name):
    """S5 has 120 symbols and 120 outputs. Its net is hardly trained, so that it is refuted."""
    raw = {"turns": TURNS, "ends": ENDS}.get(name)
    task = named_machine_task("s5") if raw is None else from_mapping(raw)
    assert task is not None
    given = "s5"
    if raw is not None:
        (tmp_path / "task.json").write_text(json.dumps(raw))
        given = str(tmp_path / "task.json")
    run = str(tmp_path / "run")
    few = ["--recipe", "plain", "--epochs", "1", "--hidden", "16"] if name == "s5" else []
    assert called("train", given, "--out", run, "--quiet", *few).code == (3 if few else 0)
    word = {"turns": "swap12 turn", "ends": "abab", "s5": "12345 21345"}[name]
    answers = json.loads(called("ask", run, word, "--json").stdout)
    assert answers["questions"] == [[word]]
    stress = json.loads(called("stress", run, "--limit", "40", "--json").stdout)
    assert stress["curve"]
    assert called("explain", run, "--json").code == 0
    verdict = json.loads(called("prove", run, "--budget", "60", "--json").stdout)
    assert verdict["verdict"] == ("REFUTED" if name == "s5" else "PROVED")
    if verdict["verdict"] == "PROVED":
        weights = str(Path(run) / "model.safetensors")
        assert called("check", str(Path(run) / "certificate.json"), "--weights", weights).code == 0
    else:
        assert all(token in task_named("s5").names for token in verdict["counterexample"][0].split())
    assert called("extract", run, "--budget", "2", "--json").code in (0, 3)
    assert called("report", run, "--json").code == 0
    for form in ("onnx", "torch", "json", "js", "c"):
        assert called("export", run, "--to", form, "--json").code == 0
    imported = called("import", str(Path(run) / "model.onnx"), "--task", given, "--out", str(tmp_path / "again"), "--json")
    assert imported.code == 0, imported.stderr
    settings = "recipe = 'plain'\nepochs = 1\nhidden = 8\n[stress]\nlimit = 20\n"
    grid = f"seeds = 2\n[grid]\ntask = {json.dumps(Path(given).name)}\n{settings}"
    (tmp_path / "sweep.toml").write_text(grid)
    swept = called("sweep", str(tmp_path / "sweep.toml"), "--out", str(tmp_path / "sweep"), "--json")
    assert swept.code == 0 and json.loads(swept.stdout)["rows"] == 2, swept.stderr
    assert called("summary", str(tmp_path / "sweep"), "--json").code == 0
    assert called("take", str(tmp_path / "sweep"), "0", "--out", str(tmp_path / "taken"), "--json").code == 0
    if name != "s5":  # 14,400 boxes take minutes
        assert called("harden", run, "--out", str(tmp_path / "hard"), "--quiet").code == 0


def test_the_sets_of_next_symbols_are_those_that_lead_to_an_accepted_word():
    """Compared with all words of one to eight more symbols."""
    brackets, task = task_named("dyck-1-2"), task_named("next:dyck-1-2")

    def accepted(word: tuple[int, ...]) -> bool:
        return brackets.machine.run(word)[-1] == 1

    later = [more for length in range(1, 5) for more in itertools.product(range(2), repeat=length)]
    for length in range(1, 6):
        for word in itertools.product(range(2), repeat=length):
            allowed = [name for s, name in enumerate("()") if any(more[0] == s and accepted(word + more) for more in later)]
            wanted = " ".join([*allowed, *(["end"] if accepted(word) else [])]) or "nothing"
            assert task.output_names[task.machine.run(word)[-1]] == wanted


@pytest.mark.parametrize("name", ["next:count", "next:flip-flop", "next:s3"])
def test_only_an_acceptor_has_sets_of_next_symbols(name):
    with pytest.raises(InputError, match="accepts or rejects words of named symbols"):
        task_named(name)


def test_training_until_proved_takes_the_first_seed_that_is_proved(called, tmp_path, monkeypatch):
    verdicts = iter(["REFUTED", "UNKNOWN", "PROVED"])

    def verify(*_, **__):
        return Verification(msgspec.convert({"verdict": next(verdicts), "reason": ""}, AnyVerdict))

    monkeypatch.setattr("anylength.experiments.until.verify", verify)
    monkeypatch.setattr("anylength.experiments.until.fit", lambda *_, **__: TrainResult(echoing_net("rnn"), []))
    options = TrainOptions(task="regex:(ab)*", epochs=1, seed=4)
    tried = []
    found = search_for_proof(options, tried=lambda each, verdict: tried.append((each.recipe, each.seed, verdict)))
    assert (found.options.recipe, found.options.seed, found.tried, found.proved) == ("certified", 4, 3, True)
    assert tried == [("certified", 4, "REFUTED"), ("certified", 5, "UNKNOWN"), ("certified", 4, "PROVED")]
    assert (found.options.hidden, found.options.epochs) == (48, 30)


@pytest.mark.slow
def test_training_until_proved_ends_with_its_budget(monkeypatch):
    unknown = Verification(Unknown(reason=""))
    monkeypatch.setattr("anylength.experiments.until.verify", lambda *_, **__: unknown)
    tried = []
    options = TrainOptions(task="regex:(ab)*", epochs=1)
    found = search_for_proof(options, budget=0.0, tried=lambda each, verdict: tried.append((each.recipe, verdict)))
    assert (found.options, found.tried, found.proved) == (options, 2, False)
    assert tried == [("certified", "UNKNOWN"), ("constructed", "UNKNOWN")]


def test_training_until_proved_constructs_a_net_at_last():
    found = search_for_proof(TrainOptions(task="s3-generators", recipe="plain", epochs=1), budget=0.0)
    assert (found.options.recipe, found.options.task, found.tried, found.proved) == ("constructed", "s3-generators", 2, True)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"task": "count", "cell": "content", "recipe": "plain"},
            "a cell of fixed size or with stacks for --until proved, got content",
        ),
        ({"task": "multiply"}, "for --until proved"),
        ({"task": "reverse", "cell": "gru"}, "--cell stack-rnn"),
        ({"task": "count", "candidates": 8}, "candidates or until, not both"),
    ],
)
def test_what_can_never_be_proved_is_not_trained_until_proved(options, says):
    with pytest.raises(InputError, match=says):
        search_for_proof(TrainOptions(**options))


@pytest.mark.slow
def test_a_pattern_becomes_a_net_with_a_proof_in_one_command(called, tmp_path):
    run = str(tmp_path / "run")
    found = called("train", "regex:(ab)*", "--until", "proved", "--out", run, "--json")
    assert found.code == 0 and json.loads(found.stdout)["verdict"] == "PROVED"
    assert json.loads(called("ask", run, "abba", "abab", "--json").stdout)["answers"] == ["reject", "accept"]


def test_a_function_of_names_is_a_task():
    def swaps(odd: bool, symbol: str) -> tuple[bool, str]:
        odd ^= symbol == "swap12"
        return odd, "odd" if odd else "even"

    task = anylength.machine_task(
        swaps, start=False, name="turns", symbols=["swap12", "turn", "stay"], labels=["even", "odd"], graded="all"
    )
    assert minimise(task.machine) == minimise(from_mapping(TURNS).machine) and task.graded == "all"
    with pytest.raises(InputError, match="for the state 'False' and the symbol 'a'"):
        anylength.machine_task(lambda state, symbol: state, start=False, symbols=["a", "b"], labels=["x", "y"])


def test_a_data_set_of_ends_has_words_of_every_length_up_to_its_number():
    drawn = task_named("tomita-4").data_named("ends-40")(np.random.default_rng(0), 2)
    assert drawn.train_ends is not None and (drawn.train_ends.min(), drawn.train_ends.max()) == (1, 40)
    for name, says in (("ends-0", "ends-1 to ends-1000"), ("ends", None), ("ands", "did you mean 'ends'")):
        if says is None:
            task_named("tomita-4").data_named(name)
        else:
            with pytest.raises(InputError, match=says):
                task_named("tomita-4").data_named(name)


def test_an_alphabet_of_one_symbol_is_proved():
    task = task_named("regex:(aa)*")
    assert (task.base, task.symbols) == (1, 1)
    found = anylength.prove(net_of(task.machine, 1), task, budget=60)
    assert found.verdict.verdict == "PROVED"
    assert anylength.ask(net_of(task.machine, 1), task, [["aaa"], ["aaaa"]]).answers == ["reject", "accept"]


def test_a_function_on_words_is_tested_as_a_black_box():
    wrong = anylength.black_box(lambda word: "reject" if "000" in word or word.endswith("11011") else "accept", "tomita-4")
    found = wrong.refute(calls=3000)
    assert (found.verdict, found.counterexample) == ("REFUTED", ["11011"]) and "5 symbols" in found.reason
    right = anylength.black_box(lambda word: "reject" if "000" in word else "accept", "tomita-4").refute(calls=500)
    assert right.verdict == "NOT REFUTED" and "symbols" in right.reason


@pytest.mark.slow
def test_a_net_that_cannot_be_constructed_is_hardened_at_last(called, tmp_path, monkeypatch):
    monkeypatch.setattr("anylength.experiments.until._attempts", lambda options, _: [options])
    run = tmp_path / "run"
    arguments = ("--recipe", "plain", "--epochs", "1", "--layers", "2", "--hidden", "12", "--until", "proved", "--out", str(run))
    found = called("train", "tomita-1", *arguments, "--json")
    result = json.loads(found.stdout)
    assert result["hardened"] == f"{run}-hardened"
    assert Run(Path(f"{run}-hardened")).verdict.verdict == result["verdict"]
    assert found.code == {"PROVED": 0, "REFUTED": 1}.get(result["verdict"], 3)
    assert "no proof after 1 nets: the first is kept, and hardened" in found.stderr
