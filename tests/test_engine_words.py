"""The JavaScript engine against Python on tasks with named symbols: words, answers, errors, examples."""

import base64
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest

from anylength.base import InputError
from anylength.experiments.views import net_view, task_view
from anylength.lengths import ask
from anylength.lengths.answer import right_answer
from anylength.rules import Machine, NamedMachine, Task, example_of, from_named_machine
from anylength.rules.suites import named_machine_task
from anylength.web.words.shortening import shortened_answer, shortened_question
from tests.selection import thorough
from tests.test_engine import LEAD, Script, drawn, engine_page, plain

NAMES = ("s5-generators", "dyck-2-2", "s5", "parity-bits", "flip-flop")
"""Names of several characters with 120 outputs, of one character, 120 symbols and outputs; two acceptors, three transducers."""


@pytest.fixture(scope="module")
def script(browser: Any) -> Iterator[Script]:
    """Runs a function body in a page, as in `test_engine`."""
    yield from engine_page(browser)


@cache
def suite_task(name: str) -> Task:
    """A task of a suite."""
    found = named_machine_task(name)
    assert found is not None
    return from_named_machine(found.make(), found.name, found.summary)


def large_task() -> Task:
    """The largest alphabet: 4,096 symbols, and 1,024 outputs at every step."""
    numbers = range(4096)
    machine = Machine(0, ((0,) * 4096,), (tuple(number % 1024 for number in numbers),))
    symbols = tuple(f"s{number}" for number in numbers)
    named = NamedMachine(machine, symbols, tuple(f"o{number}" for number in range(1024)), "all")
    return from_named_machine(named, "large", "the number of a symbol modulo 1,024")


def random_texts(task: Task, count: int = 12) -> list[str]:
    """Words of 1 to 40 symbols."""
    rng = np.random.default_rng(6)
    return [task.notation.write(rng.integers(0, task.base, rng.integers(1, 41)).astype(np.uint16)) for _ in range(count)]


@pytest.mark.parametrize("name", [*NAMES, "large"])
def test_words_right_answers_and_texts_are_those_of_python(name, script):
    task = large_task() if name == "large" else suite_task(name)
    texts = random_texts(task)
    words = [task.word((task.notation.read(text),)) for text in texts]
    rng = np.random.default_rng(7)
    outputs = [rng.integers(0, task.classes, len(word)).astype(np.uint16) for word in words]
    got = script(
        """
        const task = js.makeTask(a[0]);
        return a[1].map((text, at) => {
          const read = task.parse([text]), word = task.word(read), {states, places} = task.trace(word);
          return {word: Array.from(word), right: Array.from(task.right(word)), answer: task.rightAnswer(read),
                  written: task.write(read[0]), states: Array.from(states), places: Array.from(places),
                  text: task.answer(Uint16Array.from(a[2][at])),
                  signs: Array.from(word, task.symbolText), length: task.lengthOf(text)};
        });
        """,
        plain(task_view(task)), texts, [each.tolist() for each in outputs],
    )  # fmt: skip
    for text, word, out, page in zip(texts, words, outputs, got, strict=True):
        assert page["word"] == word.tolist()
        assert page["right"] == task.targets(word[:, None])[:, 0].tolist()
        assert page["answer"] == task.text(right_answer(task, (word,)))
        assert page["written"] == text
        assert page["states"] == task.machine.trace(word.tolist())
        assert page["text"] == task.text(task.answer(out))
        assert page["signs"] == [task.symbol_name(symbol) for symbol in word.tolist()]
        assert page["length"] == len(word)
        assert [out[step] for step, place in enumerate(page["places"]) if place >= 0] == task.answer(out).tolist()


@pytest.mark.parametrize("name", thorough(NAMES, quick=1))
def test_a_net_in_the_page_answers_words_as_ask_does(name, script):
    task = suite_task(name)
    net = drawn("rnn", task)
    texts = random_texts(task)
    got = script(
        """
        const net = js.makeNet(a[0]), task = js.makeTask(a[0].task), C = net.classes;
        return a[1].map((text) => {
          const {logits, outputs} = net.run(task.word(task.parse([text], {steps: net.longest})));
          const leads = Array.from(outputs, (_, t) => {
            const own = Array.from(logits.slice(t * C, (t + 1) * C)).sort((x, y) => y - x);
            return own[0] - own[1];
          });
          return [task.answer(outputs), Math.min(...(task.graded === "all" ? leads : leads.slice(-1)))];
        });
        """,
        plain(net_view(net, task)), texts,
    )  # fmt: skip
    own = ask(net, task, [[text] for text in texts]).answers
    clear = [(answer, page) for answer, (page, lead) in zip(own, got, strict=True) if lead >= LEAD]
    assert len(clear) > len(texts) // 2
    assert all(answer == page for answer, page in clear)


BAD_WORDS = [("dyck-2-2", text) for text in ("", "  ", "(a)", "{")] + [
    ("s5-generators", text) for text in ("", "swap12 turn trun", "swap12turn", "swap", "zzz")
] + [("s5", text) for text in ("12345 1234", "qqq", "54322")]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), BAD_WORDS)
def test_bad_words_get_the_messages_of_python(name, text, script):
    task = suite_task(name)
    with pytest.raises(InputError) as refused:
        task.notation.read(text)
    read = "try { return js.makeTask(a[0]).parse([a[1]]); } catch (error) { return error.message; }"
    assert script(read, plain(task_view(task)), text) == str(refused.value)


def test_spaces_between_symbols_are_read_over_as_in_python(script):
    task = suite_task("dyck-2-2")
    read = "return a[1].map((text) => Array.from(js.makeTask(a[0]).parse([text])[0]))"
    texts = ["( )", " ()[ ]", "([])"]
    assert script(read, plain(task_view(task)), texts) == [task.notation.read(text).tolist() for text in texts]


def test_a_word_too_long_is_refused_and_the_longest_is_not(script):
    said = script(
        """
        const task = js.makeTask(a[0]), fits = task.parse(["turn ".repeat(30)], {steps: 30})[0].length;
        try { task.parse(["turn ".repeat(31)], {steps: 30}); } catch (error) { return [fits, error.message]; }
        """,
        plain(task_view(suite_task("s5-generators"))),
    )  # fmt: skip
    assert said == [30, "expected a word of at most 30 symbols for this net in the page, got 31 symbols: write a shorter one"]


@pytest.mark.parametrize("name", thorough(NAMES, quick=2))
def test_examples_are_those_of_python(name, script):
    task = suite_task(name)
    got = script(
        """
        const task = js.makeTask(a[0]);
        return [1, 7, 60].map((count) => [js.taskExample(task, count)[0], task.parse(js.randomTexts(task, count))[0].length]);
        """,
        plain(task_view(task)),
    )  # fmt: skip
    assert got == [[example_of(task).numbers[0].text(count), count] for count in (1, 7, 60)]


def test_outputs_beyond_a_byte_are_kept(script):
    task = large_task()
    net = plain(net_view(drawn("rnn", task, hidden=4), task))
    tensors = net["tensors"]
    bias = np.zeros(1024, "<f4")
    bias[1000] = 100
    tensors["readout.bias"] = {"shape": [1024], "data": base64.b64encode(bias.tobytes()).decode()}
    got = script("const net = js.makeNet(a[0]); return [Array.from(net.run([4095, 0]).outputs), net.longest];", net)
    assert got == [[1000, 1000], (1 << 24) // 1024]


def test_long_words_and_answers_are_shortened_with_their_counts(script):
    got = script(
        """
        return [js.shortened("ab".repeat(100), 44, ""), js.shortened("turn ".repeat(50).trim(), 44, " "),
                js.shortenedAnswer("12345 ".repeat(50).trim(), 44, ""), js.shortened("9".repeat(100)),
                js.shortened("abab", 44, "")];
        """
    )
    assert got == [
        "abababababababababa…bababababababababab (200 symbols)",
        "turn turn turn … turn turn turn (50 symbols)",
        "12345 12345 12345 … 12345 12345 12345 (50 outputs)",
        f"{'9' * 19}…{'9' * 19} (100 digits)",
        "abab",
    ]
    assert shortened_question("ab" * 100, "") == f"{'ab' * 12}…{'ab' * 12} (200 symbols)"
    assert shortened_answer("12345 " * 49 + "12345", "").endswith("(50 outputs)")
    assert re.fullmatch(r"9+…9+ \(100 digits\)", shortened_question("9" * 100, None))
