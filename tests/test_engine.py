"""The JavaScript engine against the Python it repeats: states, answers, right answers and readings, in a real browser.

States may differ by 1e-5 (relative to the largest entry where that is above 1: some states have no bound). Answers must be
identical wherever Python's best logit leads by `LEAD` or more; below that the two float32 roundings may pick different classes:
such steps are left out of the comparison, and it is asserted that they are few.
"""

import base64
import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import anylength
from anylength.attention import AbstractContextNet
from anylength.base import InputError
from anylength.cells import CELLS, Layering
from anylength.experiments.views import net_view, task_view
from anylength.lengths import ask
from anylength.lengths.answer import right_answer
from anylength.nets import ARCHITECTURES, AbstractNet, Net, logits_and_states
from anylength.ops.jax_arrays import jax_arrays
from anylength.records import NetView, TaskView
from anylength.rules import Task, digits_of, task_named
from anylength.rules.own_tasks import machine_task
from anylength.training import recipe_named
from anylength.web.bundle import without_comments
from tests.selection import thorough

MODULES = Path(anylength.__file__).parent / "web" / "shared"
LEAD, CLOSE = 1e-4, 1e-5
STEPS = 200
TASKS = (
    "count", "decrement", "add", "subtract", "compare", "parity", "collatz", "multiply-12", "divide-7", "remainder-4",
    "count-natural", "reverse", "multiply",
)  # fmt: skip
NOT_RECURRENT = [name for name, kind in ARCHITECTURES.items() if kind.cell is None]
Script = Callable[..., Any]


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Script]:
    """Runs a function body in a page."""
    yield from engine_page(browser)


def engine_page(browser: Any) -> Iterator[Script]:
    """Runs a function body in a page; it sees all exported names of the engine in `js`, and its arguments as `a[0]`, `a[1]`, …."""
    page = browser.new_page()

    def serve(route: Any) -> None:
        name = route.request.url.removeprefix("http://test.local/")
        if name:
            route.fulfill(path=MODULES / name, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>engine</title>", content_type="text/html")

    page.route("http://test.local/**", serve)
    page.goto("http://test.local/")
    names = ["net", "task", "state-reader", "perturb", "numbers", "errors", "examples", "sentences"]
    page.evaluate("async (names) => { window.js = Object.assign({}, ...await Promise.all(names.map((n) => import(`/${n}.js`)))) }",
                  [f"{name}" for name in names])  # fmt: skip
    yield lambda body, *arguments: page.evaluate(f"(a) => {{ {body} }}", list(arguments))
    page.close()


def drawn(cell: str, task: Task, hidden: int = 16, seed: int = 0) -> AbstractNet:
    """A net before training, all its tensors moved a little so that none is zero.

    The windows of `location` are made wider, slower and less dependent on the decoder's state: as drawn, it is chaotic on random
    words, and within 50 steps any two float32 roundings of it, Python's own included, are 1e-3 from float64 and from each other.
    """
    rng, kind = np.random.default_rng(seed), ARCHITECTURES[cell]
    if kind.initial is not None:
        named = kind.initial(rng, task, hidden)
    else:
        recipe = recipe_named("blog" if kind.cell.has_fixed_size_state else "memory")
        named = kind.tensors(recipe.initial(rng, task, kind.cell, hidden))
    named = {name: np.zeros(shape) for name, shape in kind.optional_shapes(task, hidden).items()} | named
    moved = {name: (value + rng.normal(0, 0.1, value.shape)).astype(np.float32) for name, value in named.items()}
    if cell == "location":
        moved["attention.window"] *= np.float32(0.1)
        moved["attention.bias"][2:] -= 2.0
    return jax.device_put(kind.build(moved, task))


def plain(record: NetView | TaskView) -> Any:
    """A record as the page gets it."""
    return json.loads(record.to_json())


def words(task: Task) -> np.ndarray:
    """`[T, B]`: a ripple from the start, two random words, and one that rests on a symbol after a random beginning."""
    rng = np.random.default_rng(1)
    symbols = rng.integers(0, task.symbols, (STEPS, 4))
    symbols[:, 0] = task.carry_chains[0].symbol if task.carry_chains else task.symbols - 1
    symbols[20:, 3] = 0
    return symbols.astype(np.uint16)


def recorded(net: AbstractNet, symbols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Python's states `[T, D, B]` and logits `[T, C, B]`; states of a context net are what its read-out sees, by an identity."""
    net = jax.device_put(net)
    if isinstance(net, Net):
        logits, states = logits_and_states(net.configured_for(len(symbols) + 1), jnp.asarray(symbols))
        return np.asarray(states), np.asarray(logits)
    assert isinstance(net, AbstractContextNet)
    seen = {"readout.weight": jnp.eye(net.hidden), "readout.bias": jnp.zeros(net.hidden)}
    states = np.asarray(dataclasses.replace(net, weights=dict(net.weights) | seen).logits(jnp.asarray(symbols)))
    logits = np.einsum("ch,thb->tcb", net.weights["readout.weight"], states) + net.weights["readout.bias"][:, None]
    return states, logits


def leads(logits: np.ndarray) -> np.ndarray:
    """What the best class is above the second, along the second axis from the end."""
    best = np.sort(logits, axis=1)
    return best[:, -1] - best[:, -2]


def whole(state: list[float], name: str, hidden: int, size: int) -> np.ndarray:
    """A state of the page in Python's form: a memory that grows is laid out in one that is deep enough."""
    if name == "stack-rnn":
        stacks = np.asarray(state[hidden:]).reshape(2, -1)
        return np.concatenate([state[:hidden], np.pad(stacks, ((0, 0), (0, (size - hidden) // 2 - stacks.shape[1]))).ravel()])
    if name == "tape-rnn":
        right = hidden + ((len(state) - hidden) // 8 + 1) // 2 * 8
        return np.concatenate([state[:right], np.zeros(size - len(state)), state[right:]])
    return np.asarray(state)


RUN = """
const net = js.makeNet(a[0]);
return a[1].map((word) => {
  const run = net.run(word);
  return {states: a[2].map((t) => Array.from(run.states[t])), outputs: Array.from(run.outputs)};
});
"""


@pytest.mark.parametrize("cell", thorough(ARCHITECTURES, quick=3))
def test_states_and_answers_are_those_of_python(cell, script, task):
    net = drawn(cell, task)
    symbols = words(task)
    states, logits = recorded(net, symbols)
    clear, shown = 0, np.unique(np.r_[:STEPS] if states.shape[1] < 100 else np.r_[:8, 40:STEPS:40, STEPS - 1])
    for b, run in enumerate(script(RUN, plain(net_view(net, task)), symbols.T.tolist(), shown.tolist())):
        got = np.stack([whole(state, cell, net.hidden, states.shape[1]) for state in run["states"]])
        scale = max(1.0, float(np.abs(states[:, :, b]).max()))
        assert np.abs(got - states[shown, :, b]).max() <= CLOSE * scale
        sure = leads(logits)[:, b] >= LEAD * scale
        assert np.array_equal(np.asarray(run["outputs"])[sure], logits[:, :, b].argmax(axis=1)[sure])
        clear += sure.sum()
    assert clear >= 0.9 * symbols.size


@pytest.mark.parametrize("cell", thorough([name for name, kind in CELLS.items() if kind.has_fixed_size_state], quick=2))
def test_nets_of_several_layers_run_in_the_page(cell, script):
    rng, layers = np.random.default_rng(2), Layering(3, "residual-norm").of(CELLS[cell])
    two = task_named("add", 3)
    cell_of = layers(**{name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in layers.shapes(6, 7).items()})
    net = Net(cell_of, rng.normal(0, 1, (3, 7)).astype(np.float32), np.zeros(3, np.float32), base=3, tapes=2)
    symbols = rng.integers(0, two.symbols, (30, 2)).astype(np.uint16)
    states, logits = recorded(net, symbols)
    for b, run in enumerate(script(RUN, plain(net_view(net, two)), symbols.T.tolist(), list(range(30)))):
        assert np.abs(np.asarray(run["states"]) - states[:, :, b]).max() <= CLOSE * max(1.0, float(np.abs(states).max()))
        sure = leads(logits)[:, b] >= LEAD
        assert np.array_equal(np.asarray(run["outputs"])[sure], logits[:, :, b].argmax(axis=1)[sure])


@pytest.mark.parametrize("cell", thorough(["rnn", "content", "transformer-learned", "transformer-randomised"], quick=2))
def test_words_of_several_lengths_and_tapes(cell, script):
    two = task_named("add")
    net = drawn(cell, two, hidden=24)
    for steps in (1, 70):
        symbols = np.random.default_rng(steps).integers(0, two.symbols, (steps, 1)).astype(np.uint16)
        states, _ = recorded(net, symbols)
        got = script(RUN, plain(net_view(net, two)), symbols.T.tolist(), list(range(steps)))[0]["states"]
        assert np.abs(np.asarray(got) - states[:, :, 0]).max() <= CLOSE


def test_a_trained_net_answers_its_ripples_as_python_does(script, net, task):
    symbols = np.full((STEPS, 1), 9, np.uint16)
    logits = recorded(net, symbols)[1]
    got = script(RUN, plain(net_view(net, task)), symbols.T.tolist(), [])[0]["outputs"]
    sure = leads(logits)[:, 0] >= LEAD
    assert sure.mean() > 0.9
    assert np.array_equal(np.asarray(got)[sure], logits[:, :, 0].argmax(axis=1)[sure])


@pytest.mark.parametrize("cell", ["rnn", "gru", "gru-reset-before", "lstm", "linear", "stack-rnn", "tape-rnn"])
def test_going_on_from_any_state_is_the_whole_run(cell, script, task):
    same = script(
        """
        const net = js.makeNet(a[0]), whole = net.run(a[1]);
        const rest = net.run(a[1].slice(7), {from: whole.states[6]});
        let state = net.start();
        for (const symbol of a[1]) state = net.step(state, symbol);
        const last = whole.states.at(-1);
        return [rest.states.at(-1), state].every((other) => other.length === last.length && other.every((x, i) => x === last[i]))
            && net.argmax(net.logits(state)) === whole.outputs.at(-1);
        """,
        plain(net_view(drawn(cell, task), task)), words(task)[:20, 1].tolist(),
    )  # fmt: skip
    assert same


@pytest.mark.parametrize("cell", NOT_RECURRENT)
def test_a_net_without_a_state_says_so(cell, script, task):
    facts = script(
        """
        const net = js.makeNet(a[0]);
        const said = [() => net.start(), () => net.run(new Array(net.longest + 1).fill(0)), () => net.run([99])].map((call) => {
          try { call(); } catch (error) { return error.message; }
        });
        return [net.recurrent, net.causal, said, js.makeReader(net, js.makeTask(a[0].task))];
        """,
        plain(net_view(drawn(cell, task), task)),
    )  # fmt: skip
    assert facts[0] is False
    assert facts[1] is drawn(cell, task).causal
    assert all(re.fullmatch("expected .+, got .+: .+", said) for said in facts[2])
    assert facts[3] is None


def numbers(task: Task) -> list[list[str]]:
    """Questions of many lengths: random ones, all zeros, all largest digits, unequal lengths, leading zeros."""
    rng, signs = np.random.default_rng(3), "0123456789abcdefghijklmnopqrstuvwxyz"[: task.base]
    text = lambda n: "".join(signs[d] for d in rng.integers(0, task.base, n))
    same = [[sign * n] * task.tapes for sign in (signs[0], signs[-1]) for n in (1, 4, 7)]
    return same + [[text(rng.integers(1, 9)) for _ in range(task.tapes)] for _ in range(14)]


@pytest.mark.parametrize("base", [2, 10, 16])
@pytest.mark.parametrize("name", thorough(TASKS, quick=5))
def test_words_right_answers_and_texts_are_those_of_python(name, base, script):
    task = task_named(name, base)
    questions = numbers(task)
    asked = [tuple(digits_of(number, base) for number in question) for question in questions]
    rng = np.random.default_rng(4)
    outputs = [rng.integers(0, task.classes, len(task.word(one))).astype(np.uint8) for one in asked]
    got = script(
        """
        const task = js.makeTask(a[0]);
        return a[1].map((question, at) => {
          const numbers = task.parse(question), word = task.word(numbers), {states, places} = task.trace(word);
          return {word: Array.from(word), right: Array.from(task.right(word)), answer: task.rightAnswer(numbers),
                  states: states && Array.from(states), places: Array.from(places), text: task.answer(a[2][at]),
                  signs: Array.from(word, task.symbolText)};
        });
        """,
        plain(task_view(task)), questions, [each.tolist() for each in outputs],
    )  # fmt: skip
    for one, out, page in zip(asked, outputs, got):
        word = task.word(one)
        assert page["word"] == word.tolist()
        assert page["right"] == task.targets(word[:, None])[:, 0].tolist()
        assert page["answer"] == task.text(right_answer(task, one))
        assert page["text"] == task.text(task.answer(out))
        assert page["states"] == (None if task.transducer is None else task.machine.trace(word.tolist()))
        written = task.answer(out).tolist()
        assert [out[step] for step, place in enumerate(page["places"]) if place >= 0] == [
            written[place] for place in page["places"] if place >= 0
        ]
        assert sorted(place for place in page["places"] if place >= 0) == list(range(len(written)))
        if task.transducer is not None:
            signs = "0123456789abcdefghijklmnopqrstuvwxyz"
            texts = [",".join(signs[s // base**tape % base] for tape in range(task.tapes)) for s in word.tolist()]
            assert page["signs"] == texts


@pytest.mark.parametrize("name", ["stack-manipulation", "binary-addition", "compute-sqrt", "missing-duplicate-string"])
def test_words_and_answers_from_string_to_string_are_those_of_python(name, script):
    task, rng = task_named(name), np.random.default_rng(6)
    words = [task.sample(rng, length, 1)[:, 0] for length in range(1, 12)]
    questions = [[task.notation.write(task.numbers(word)[0])] for word in words]
    outputs = [rng.integers(0, task.classes, len(word)).tolist() for word in words]
    got = script(
        """
        const task = js.makeTask(a[0]);
        return a[1].map((question, at) => {
          const word = task.word(task.parse(question)), {places} = task.trace(word);
          return [Array.from(word), task.answer(a[2][at]), task.right(word), Array.from(word, task.symbolText),
                  Array.from(places).filter((place) => place >= 0).length, task.longestNumber(word.length)];
        });
        """,
        plain(task_view(task)), questions, outputs,
    )  # fmt: skip
    for word, given, page in zip(words, outputs, got):
        length = len(task.numbers(word)[0])
        answer = task.text(task.answer(np.array(given, np.uint16)))
        assert page[:4] == [word.tolist(), answer, None, [task.symbol_name(symbol) for symbol in word.tolist()]]
        assert page[4] == len(word) - length
        assert page[5] >= length


def test_markers_have_signs_of_their_own(script):
    task = task_named("count-natural")
    assert "".join(script("const t = js.makeTask(a[0]); return Array.from(t.word(t.parse(['19'])), t.symbolText);",
                          plain(task_view(task)))) == "19………???"  # fmt: skip


@pytest.mark.parametrize("name", ["count", "subtract", "remainder-4", "divide-7", "count-natural", "multiply"])
def test_a_net_in_the_page_answers_as_ask_does(name, script):
    task = task_named(name)
    net = drawn("rnn" if task.transducer else "stack-rnn", task)
    questions = numbers(task)
    got = script(
        """
        const net = js.makeNet(a[0]), task = js.makeTask(a[0].task), C = net.classes;
        return a[1].map((question) => {
          const {logits, outputs} = net.run(task.word(task.parse(question, {steps: net.longest})));
          const lead = Math.min(...Array.from(outputs, (_, t) => {
            const own = Array.from(logits.slice(t * C, (t + 1) * C)).sort((x, y) => y - x);
            return own[0] - own[1];
          }));
          return [task.answer(outputs), lead];
        });
        """,
        plain(net_view(net, task)), questions,
    )  # fmt: skip
    clear = [(own, text) for own, (text, lead) in zip(ask(net, task, questions).answers, got) if lead >= LEAD]
    assert len(clear) > len(questions) // 2
    assert all(own == text for own, text in clear)


@pytest.mark.parametrize(
    "texts",
    [
        ["12x"], ["1 2"], ["1,5"], ["1,000,00"], ["-3"], ["1.5"], ["\u0661"], ["7\u212a"], [""], ["1", "2"], [],
        ["3" * 60 + "!"], ["19af"],
    ],
)  # fmt: skip
def test_bad_numbers_get_the_messages_of_python(texts, script, net, task):
    with pytest.raises(InputError) as refused:
        ask(net, task, [texts])
    read = "const task = js.makeTask(a[0]); try { return task.parse(a[1]); } catch (error) { return error.message; }"
    assert script(read, plain(task_view(task)), texts) == str(refused.value)


def test_separators_between_groups_of_digits_are_read_over_as_in_python(script, task):
    read = "return a[1].map((text) => Array.from(js.makeTask(a[0]).parse([text])[0]))"
    texts = ["1,000", "12_345_678", "007 000", "1'000", "1’000", "1\u00a0000", "1\u2009000", "1\u202f000", "12,3456"]
    assert script(read, plain(task_view(task)), texts) == [digits_of(text).tolist() for text in texts]


def test_a_number_too_long_is_refused_and_the_longest_is_not(script):
    got = script(
        """
        return ["count", "natural"].map((_, at) => {
          const task = js.makeTask(a[at]), longest = task.longestNumber(1024);
          const word = task.word(task.parse(["9".repeat(longest)], {steps: 1024}));
          try { task.parse(["9".repeat(longest + 1)], {steps: 1024}); }
          catch (error) { return [longest, word.length, error.message]; }
        });
        """,
        plain(task_view(task_named("count"))), plain(task_view(task_named("count-natural"))),
    )  # fmt: skip
    assert [each[:2] for each in got] == [[1023, 1024], [340, 1022]]
    assert got[0][2] == "expected a number of at most 1,023 digits for this net in the page, got 1,024 digits: write a shorter one"


READ = """
const net = js.makeNet(a[0]), reader = js.makeReader(net, js.makeTask(a[0].task));
return {probes: reader.probes, alike: Array.from(reader.alike), reads: a[1].map((state) => {
  const {margins, state: q} = reader.read(Float32Array.from(state));
  return [Array.from(margins), q];
})};
"""


def margins_of(net: Net, task: Task, probes: list[list[int]], state: np.ndarray) -> np.ndarray:
    """The margins by their definition: a loop over states and probes."""
    found = np.full(task.machine.states, np.inf)
    for probe in probes:
        after = jnp.asarray(state)[:, None]
        for symbol in probe:
            after = net.cell.step(jax_arrays, net.encode(jnp.asarray([symbol])), after)
        logits = np.asarray(net.readout(after))[:, 0]
        for q in range(task.machine.states):
            q_before = task.machine.trace(probe[:-1])[-1] if q == task.machine.start else _after(task, q, probe[:-1])
            wanted = task.machine.output[q_before][probe[-1]]
            found[q] = min(found[q], logits[wanted] - np.delete(logits, wanted).max())
    return found


def _after(task: Task, state: int, word: list[int]) -> int:
    for symbol in word:
        state = task.machine.delta[state][symbol]
    return state


@pytest.mark.parametrize("name", ["count", "compare", "parity", "multiply-12", "remainder-4"])
def test_readings_agree_with_their_definition(name, script):
    task = task_named(name)
    net = drawn("rnn", task)
    assert isinstance(net, Net)
    states = np.random.default_rng(5).uniform(-1, 1, (4, net.hidden)).astype(np.float32)
    got = script(READ, plain(net_view(net, task)), states.tolist())
    for state, (margins, q) in zip(states, got["reads"]):
        wanted = margins_of(net, task, got["probes"], state)
        assert np.abs(np.asarray(margins) - wanted).max() <= 1e-4
        assert q == (int(np.argmax(margins)) if max(margins) > 0 else -1)


@pytest.mark.parametrize("name", TASKS[:10])
def test_probes_tell_apart_all_states_that_any_word_does(name, script):
    task = task_named(name)
    machine = task.machine
    got = script(READ, plain(net_view(drawn("rnn", task), task)), [])
    said = [tuple(machine.output[_after(task, q, p[:-1])][p[-1]] for p in got["probes"]) for q in range(machine.states)]
    assert got["alike"] == [said.index(each) for each in said]
    blocks = {"multiply-12": 12, "remainder-4": 2, "divide-7": 7, "collatz": 3, "compare": 3}
    assert len(set(said)) == blocks.get(name, 2 if machine.states > 1 else 1)
    assert sum(len(probe) == 1 for probe in got["probes"]) <= 16


def test_a_trained_net_reads_as_its_machine_goes(script, certified_net, task):
    word = [9] * 30 + [3, 9, 9] + [9] * 7
    got = script(
        """
        const net = js.makeNet(a[0]), task = js.makeTask(a[0].task), reader = js.makeReader(net, task);
        return [net.run(a[1]).states.map((state) => reader.read(state).state), Array.from(task.trace(a[1]).states)];
        """,
        plain(net_view(certified_net, task)), word,
    )  # fmt: skip
    assert got[0] == got[1][1:] == task.machine.trace(word)[1:]


def test_a_strength_is_continuous(script, certified_net, task):
    worst = script(
        """
        const net = js.makeNet(a[0]), reader = js.makeReader(net, js.makeTask(a[0].task));
        const one = net.run([9, 9]).states[1], other = net.run([9, 1]).states[1];
        let before = reader.read(one).margins[0], worst = 0;
        for (let k = 1; k <= 2000; k += 1) {
          const now = reader.read(js.movedState(one, [other.map((x, i) => x - one[i])], [k / 2000])).margins[0];
          worst = Math.max(worst, Math.abs(now - before));
          before = now;
        }
        return worst;
        """,
        plain(net_view(certified_net, task)),
    )  # fmt: skip
    assert 0 < worst < 0.5


def test_a_machine_of_one_state_has_no_reading(script):
    task = machine_task(lambda state, digits: (state, digits[0]), start="only", base=4)
    net = plain(net_view(drawn("rnn", task), task))
    assert script("return js.makeReader(js.makeNet(a[0]), js.makeTask(a[0].task))", net) is None


def test_noise_is_seeded_within_its_size_and_clamps_nothing(script):
    got = script("""
        const state = new Float32Array(1000).fill(1), noise = (seed) => js.noisyState(state, {size: 0.5, seed, entries: 900});
        return [noise(1), noise(1), noise(2), state].map((each) => Array.from(each));
    """)
    one, same, other, before = map(np.asarray, got)
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert np.array_equal(before, np.ones(1000))
    assert np.array_equal(one[900:], before[900:])
    assert 0.45 < np.abs(one[:900] - 1).max() <= 0.5
    assert abs(one[:900].mean() - 1) < 0.05


def test_a_state_moves_along_axes(script):
    assert script("return Array.from(js.movedState(new Float32Array([1, 2, 3]), [[1, 0], [0, 2]], [5, -1]))") == [6, 0, 3]


def test_a_certified_net_answers_ten_thousand_nines(script, task, certified_net):
    answer = script(
        """
        const net = js.makeNet(a[0]), task = js.makeTask(a[0].task);
        const numbers = task.parse(["9".repeat(10000)], {steps: net.longest});
        return task.answer(net.run(task.word(numbers)).outputs);
        """,
        plain(net_view(certified_net, task)),
    )  # fmt: skip
    assert answer == "1" + "0" * 10000


def test_modules_keep_the_rules_that_let_them_become_one_script():
    names: dict[str, str] = {}
    for path in sorted(MODULES.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("//"), f"{path.name} opens with its promise"
        code = without_comments(text)
        assert not re.search(r"^(export default|export \{|export \*|await )|\bimport\(", code, re.MULTILINE), path.name
        assert "document" not in text or path.name not in OWN, path.name
        imports = re.findall(r"^import .*?;$", text, re.MULTILINE | re.DOTALL)
        assert all(re.fullmatch(r'import \{[^}]*\} from "\./[a-z0-9-]+\.js";', each, re.DOTALL) for each in imports), path.name
        for found in re.findall(r"^(?:export )?(?:async )?(?:function\*?|class|const|let) (.*)", text, re.MULTILINE):
            for name in re.findall(r"(?:^|, )(\w+)(?= =|\(| \{|$)", found)[: found.count(" = ") or 1]:
                assert name not in names, f"{name} of {path.name} is in {names[name]} too"
                names[name] = path.name
    assert {path.name for path in MODULES.glob("*.js")} >= OWN


OWN = {
    "contexts.js", "errors.js", "grouped.js", "growing.js", "layouts.js", "nearest-name.js", "net.js", "nouns.js",
    "numbers.js", "operations.js", "perturb.js", "probes.js", "program.js", "rules.js", "seq2seq.js", "state-reader.js",
    "task.js", "tensors.js", "transformers.js", "words.js",
}  # fmt: skip


def test_a_net_view_holds_the_weights_of_its_net(net, task):
    shown = net_view(net, task)
    assert shown.parameters == net.parameters
    assert NetView.from_json(shown.to_json(), "the page") == shown
    held = shown.tensors["readout.weight"]
    values = np.frombuffer(base64.b64decode(held.data), "<f4").reshape(held.shape)
    assert np.array_equal(values, np.asarray(net.weight))
