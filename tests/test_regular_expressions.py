"""Regular expressions: the machine accepts what Python's `re.fullmatch` matches; all else is refused in words, and soon."""

import itertools
import random
import re
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anylength.base import InputError
from anylength.rules import NamedMachine, minimise
from anylength.rules.regex import machine_of_regex

FLAGS = re.ASCII | re.DOTALL
"""Python's reading of a pattern that is compared with ours."""


def accepts(machine: NamedMachine, word: str) -> bool:
    number = {symbol: s for s, symbol in enumerate(machine.symbols)}
    return machine.outputs[machine.machine.run(number[symbol] for symbol in word)[-1]] == "accept"


def agrees(machine: NamedMachine, pattern: str, most: int, count: int, longest: int = 20) -> bool:
    """Whether the machine accepts what Python matches: all words by length, at most `most` of them, and random ones.

    Python's time grows exponentially with the word where repetitions are nested, so words of random patterns are short.
    """
    by_length = itertools.chain.from_iterable(itertools.product(machine.symbols, repeat=length) for length in range(1, 9))
    chance = random.Random(2)
    longer = (chance.choices(machine.symbols, k=chance.randint(1, longest)) for _ in range(count))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # [a||b] may mean something else in a later Python
        compiled = re.compile(pattern, FLAGS)
    words = map("".join, itertools.chain(itertools.islice(by_length, most), longer))
    return all(accepts(machine, word) == (compiled.fullmatch(word) is not None) for word in words)


@pytest.mark.parametrize(
    ("pattern", "alphabet", "states"),
    [
        ("(ab)*", None, 3),
        ("(?:a|b)*abb", None, 3),
        ("a?b{2,3}c{2,}d{0}e{0,2}", None, None),
        ("[a-c]+[^a]", None, None),
        (r"\d+(\.\d*)?", None, None),
        (r"\w", None, 2),
        (r"[\d_-]x\x41\+", None, None),
        ("(?P<one>a*?)(?P<two>b+?)??", None, None),
        (r"\^\$\-\,\.\*\[\]", None, None),
        (r"[-a^.\]\\]+|[b-]", None, None),
        ("é(ü|é)*", None, None),
        ("|a|()b", None, 2),
        (".*aa.*", "ab", 3),
        ("[^ab]+", "abc", 2),
        (r"\W\S\D", "a1 ", None),
        ("((a*)*b)*", None, None),
        ("(a|b)*a(a|b){6}", None, 64),
        ("(x+x+)+y", None, 4),
    ],
)
def test_the_machine_accepts_what_python_matches(pattern, alphabet, states):
    machine = machine_of_regex(pattern, alphabet)
    assert agrees(machine, pattern, 2_000, 500)
    assert (machine.outputs, machine.graded) == (("reject", "accept"), "last")
    assert minimise(machine.machine) == machine.machine
    assert states in (None, machine.machine.states)


def patterns() -> st.SearchStrategy[str]:
    """Patterns over a, b and c, with every operator."""
    leaves = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", ".", "[b-c]", "", "ab", r"\x61", "[^bc]"])

    def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        repeats = st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "{2,3}", "{0}"])
        return st.one_of(
            st.lists(inner, min_size=2, max_size=4).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
            st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        )

    return st.recursive(leaves, larger, max_leaves=8)


@settings(max_examples=60, deadline=None)
@given(patterns())
def test_any_pattern_means_what_it_means_in_python(pattern):
    try:
        machine = machine_of_regex(pattern, "abc")
    except InputError as refusal:
        assert "matches some word" in str(refusal)
        words = map("".join, itertools.chain.from_iterable(itertools.product("abc", repeat=length) for length in range(1, 6)))
        assert not any(re.fullmatch(pattern, word, FLAGS) for word in words)
        return
    assert agrees(machine, pattern, 120, 30, 7)


def assert_refused_or_agrees(text: str) -> None:
    try:
        machine = machine_of_regex(text)
    except InputError:
        return
    assert agrees(machine, text, 200, 50, 7)


@settings(max_examples=200, deadline=None)
@given(st.text("ab^$.*+?()[]{},-|\\019dwx=!<:P", max_size=12))
def test_any_text_is_refused_or_means_what_it_means_in_python(text):
    assert_refused_or_agrees(text)


def test_the_alphabet_is_the_characters_that_occur_in_the_order_of_unicode():
    assert machine_of_regex("(b|[^c]|a)*").symbols == ("a", "b", "c")
    assert machine_of_regex(r"[x-z]\d").symbols == tuple("0123456789xyz")
    assert machine_of_regex("ab", "ba").symbols == ("b", "a")
    assert machine_of_regex("ab", ["b", "a", "c"]).symbols == ("b", "a", "c")


@pytest.mark.slow
def test_a_large_alphabet_is_read():
    symbols = [chr(0x4E00 + i) for i in range(4_096)]
    machine = machine_of_regex("|".join(symbols))
    assert (machine.machine.states, len(machine.symbols)) == (2, 4_096)


LONG_CLASS = "".join(chr(0x4E00 + 2 * i) for i in range(257))


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a(?=b)", "look-ahead"),
        ("(?!a)b", "look-ahead"),
        ("(?<=a)b", "look-behind"),
        ("(?<!a)b", "look-behind"),
        (r"(a)\1", "back-references"),
        ("(?P<x>a)(?P=x)", "back-references"),
        ("^ab", "anchors"),
        ("ab$", "anchors"),
        (r"\bab", "anchors"),
        (r"ab\Z", "anchors"),
        ("(?i)ab", "groups written"),
        ("(?>ab)", "groups written"),
        ("(ab", "1 left open"),
        ("ab)", r"'\)' at character 3"),
        ("[ab", r"'\[' at character 1"),
        ("[]", "classes of one character"),
        ("[^]", "classes of one character"),
        ("a**", r"'\*'"),
        ("*a", r"'\*a'"),
        ("a++", r"'\+'"),
        ("a{2", "'{2'"),
        (r"a{2\,3}", "{2"),
        ("\\", "expected a regular expression"),
        (r"\x4", "expected a regular expression"),
        (r"\q", "expected a regular expression"),
        ("[z-a]", "in order"),
        ("a{3,2}", "in order"),
        ("a{,3}", r"\{0,3\}"),
        ("", "some word"),
        ("()", "some word"),
        ("a{0}", "some word"),
        ("[^ab]", "some word"),
        (".*", "give the alphabet"),
        ("[^a]*", "give the alphabet"),
        ("a\n", "printable"),
        ("\ud800", "printable"),
        ("[一-鿿]", "at most 4,096 symbols"),
        (f"[{LONG_CLASS}]", "at most 256 characters"),
        ("a" * 10_001, "at most 10,000 characters"),
        ("((){4000}){4000}a", "at most 8,192 parts"),
        ("(" * 101 + "a" + ")" * 101, "at most 100 groups"),
        ("(a|b)*a(a|b){20}", "at most 10,000 states"),
    ],
)
def test_a_pattern_that_is_none_is_refused(pattern, says):
    with pytest.raises(InputError, match=says) as refusal:
        machine_of_regex(pattern)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a" * 9_000, "at most 8,192 parts"),
        ("((a{100}){100}){100}", "at most 8,192 parts"),
        ("(a|b)*a(a|b){20}", "at most 10,000 states"),
        ("(a?){4000}", "at most 10,000 states"),
        ("([ab]{0,60}c?){60}", "2,000,000 steps"),
        ("(aa|ba){65}|[一-俿俿-勿匀-嗿]", "at most 262,144 transitions"),
        ("".join(f"[^{chr(97 + i % 26)}{chr(0x4E00 + i)}]" for i in range(2_000)), "2,000,000 steps"),
    ],
)
def test_a_pattern_whose_machine_is_too_large_is_refused(pattern, says):
    with pytest.raises(InputError, match=says):
        machine_of_regex(pattern)  # at most 2 s with the type checks of the tests, 0.6 s without


@pytest.mark.parametrize(
    ("alphabet", "says"),
    [
        ("", "0 in"),
        ("aba", "'a' twice"),
        ("b", "without 'a'"),
        (["a", "bb"], "single characters, got 'bb'"),
        ([chr(0x4E00 + i) for i in range(5_000)], "5,000"),
    ],
)
def test_a_bad_alphabet_is_refused(alphabet, says):
    with pytest.raises(InputError, match=says):
        machine_of_regex("a*", alphabet)


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None)
@given(patterns())
def test_many_patterns_mean_what_they_mean_in_python(pattern):
    try:
        machine = machine_of_regex(pattern, "abc")
    except InputError:
        return
    assert agrees(machine, pattern, 1_000, 300, 8)


@pytest.mark.slow
@settings(max_examples=20_000, deadline=None)
@given(st.text("ab^$.*+?()[]{},-|\\019dwx=!<:P", max_size=16))
def test_many_texts_are_refused_or_mean_what_they_mean_in_python(text):
    assert_refused_or_agrees(text)
