"""The machine that `check` prints: its table, and its answers to a few words, so that a reader can tell count from decrement."""

import pytest

from anylength_check.__main__ import machine_lines

COUNT = {"start": 0, "delta": [[1] * 9 + [0], [1] * 10], "output": [[*range(1, 10), 0], [*range(10)]]}
DECREMENT = {"start": 0, "delta": [[0] + [1] * 9, [1] * 10], "output": [[9, *range(9)], [*range(10)]]}
ADD = {
    "start": 0,
    "delta": [[(s % 10 + s // 10 + q) // 10 for s in range(100)] for q in range(2)],
    "output": [[(s % 10 + s // 10 + q) % 10 for s in range(100)] for q in range(2)],
}
REMAINDER = {"start": 0, "delta": [[(10 * q + s) % 12 for s in range(10)] for q in range(12)]}
REMAINDER["output"] = REMAINDER["delta"]
ORDERS = "The certificate does not say which digit is read first: both orders are shown."
HEAD = "A row for each state, a column for each symbol: the answer, then the next state."


def lines_of(machine, base, tapes):
    return machine_lines({"machine": machine, "encoding": {"base": base, "tapes": tapes}})


def columns(lines):
    return {tuple(line.split()) for line in lines}


def test_count_is_shown_line_by_line():
    assert lines_of(COUNT, 10, 1) == (
        f"The machine starts in q0. {HEAD}",
        "         0     1     2     3     4     5     6     7     8     9",
        "  q0  1 q1  2 q1  3 q1  4 q1  5 q1  6 q1  7 q1  8 q1  9 q1  0 q0",
        "  q1  0 q1  1 q1  2 q1  3 q1  4 q1  5 q1  6 q1  7 q1  8 q1  9 q1",
        f"Its answers to a few numbers with a 0 in front. {ORDERS}",
        "  number  last digit first  first digit first",
        "      00                01                 10",
        "      07                08                 17",
        "      09                10                 19",
        "     099               100                199",
        "    0199              0200               1199",
    )


def test_decrement_is_told_from_count():
    assert {("0199", "0198", "9099"), ("07", "06", "96"), ("00", "99", "99")} <= columns(lines_of(DECREMENT, 10, 1))


def test_two_tapes_read_pairs_and_a_long_table_is_cut():
    head, symbols, *rest = lines_of(ADD, 10, 2)
    assert head == (f"The machine starts in q0. {HEAD} A symbol is a digit of each tape. Shown: 2 of 2 states, 10 of 100 symbols.")
    assert symbols.split() == [f"{digit},0" for digit in range(10)]
    table = "\n".join(rest)
    assert "numbers  last digit first" in table and "0199 and 0801" in table
    assert {("07", "and", "05", "12", "02"), ("0199", "and", "0801", "1000", "0990")} <= columns(rest)


def test_each_tape_has_its_own_number():
    first = {"start": 0, "delta": [[0] * 100], "output": [[s % 10 for s in range(100)]]}
    assert ("07", "and", "05", "07", "07") in columns(lines_of(first, 10, 2))


def test_answers_above_9_stand_apart():
    lines = lines_of(REMAINDER, 10, 1)
    assert lines[0].endswith("Shown: 10 of 12 states, 10 of 10 symbols.")
    assert len([line for line in lines if line.startswith("  q")]) == 10
    assert ("0199", "0", "1", "7", "7") in {tuple(line.split()[:1] + line.split()[-4:]) for line in lines}


@pytest.mark.parametrize(("answer", "shown"), [(9, ("99", "99")), (10, ("10", "10", "10", "10"))])
def test_answers_stand_apart_from_10_on(answer, shown):
    machine = {"start": 0, "delta": [[0] * 10], "output": [[answer] * 10]}
    assert ("00", *shown) in columns(lines_of(machine, 10, 1))


def test_a_symbol_is_named_by_its_digit_on_each_tape():
    lines = lines_of({"start": 0, "delta": [[0] * 9], "output": [[0] * 9]}, 3, 2)
    assert lines[1].split() == ["0,0", "1,0", "2,0", "0,1", "1,1", "2,1", "0,2", "1,2", "2,2"]


def test_words_are_of_the_first_two_symbols():
    lines = lines_of({"start": 0, "delta": [[0] * 3], "output": [[0] * 3]}, 3, 1)
    assert len(lines) == 13 and "2" not in " ".join(lines[5:])


def test_other_alphabets_are_shown_by_words():
    parity = {"start": 1, "delta": [[0, 1], [1, 0]], "output": [[4, 12], [5, 6]]}
    assert lines_of(parity, 2, 1) == (
        f"The machine starts in q1. {HEAD}",
        "         0      1",
        "  q0  4 q0  12 q1",
        "  q1  5 q1   6 q0",
        "Its answers to a few words, one after each symbol:",
        "   word  answers",
        "  0 0 0    5 5 5",
        "  0 0 1    5 5 6",
        "  0 1 0    5 6 4",
        "  0 1 1   5 6 12",
        "  1 0 0    6 4 4",
        "  1 0 1   6 4 12",
        "  1 1 0   6 12 5",
        "  1 1 1   6 12 6",
    )


@pytest.mark.parametrize(
    ("base", "tapes", "word"), [(1, 1, "0 0 0"), (2, 2, "1,0 0,0 1,0"), (10, 3, "0,0,0 1,0,0 0,0,0"), (60, 1, "1 1 0")]
)
def test_every_alphabet_is_shown(base, tapes, word):
    symbols = base**tapes
    lines = lines_of({"start": 0, "delta": [[0] * symbols], "output": [[0] * symbols]}, base, tapes)
    assert any(line.startswith(f"  {word}  ") for line in lines)


def test_ten_states_and_symbols_are_shown_whole_and_one_more_is_not():
    for states, symbols, cut in ((10, 10, False), (11, 10, True), (10, 11, True)):
        delta = [[(state + 1) % states] * symbols for state in range(states)]
        lines = lines_of({"start": 0, "delta": delta, "output": [[0] * symbols] * states}, symbols, 1)
        assert ("Shown: " in lines[0]) == cut and len(lines[1].split()) == 10


TWO_LETTERS = {  # a pushes the letter 1, b pops; a word is right while no b comes too early
    "start": 0, "letters": 2,
    "delta": [[0, 1, 0, 0], [1, 1, 1, 1]], "output": [[1, 0, 1, 1], [0, -1, 0, 0]],
    "actions": [[[2], [0], [2], [1]], [[0], [0], [0], [0]]],
}  # fmt: skip


def test_steps_of_a_machine_with_a_stack_are_shown_with_the_letters_on_top():
    shown = lines_of(TWO_LETTERS, 2, 1)
    assert shown[1].startswith("A row for each state and the letters on top, 0 for the bottom: the answer; ")
    assert shown[2:6] == (
        "              0       1",
        "  q0 0  1 +1 q0  0 = q1",
        "  q0 1  1 +1 q0  1 - q0",
        "  q1 0   0 = q1  . = q1",
    ), "the letter 1 is never on top in q1"


def test_a_long_table_of_steps_is_cut_and_two_stacks_have_two_actions():
    states, act = 5, {0: 2, 1: 3, 2: 1}  # each symbol acts on its stack: pushes 1, pushes 2, pops
    tops = [(at // 2 % 3, at // 6, at % 2) for at in range(18)]
    machine = {
        "start": 0, "letters": 3, "delta": [[(state + 1) % states] * 18 for state in range(states)], "output": [[0] * 18] * states,
        "actions": [[[act[one] * (symbol == 0), act[two] * (symbol == 1)] for one, two, symbol in tops]] * states,
    }  # fmt: skip
    shown = lines_of(machine, 2, 1)
    assert shown[1].endswith("Shown: 40 of 41 rows, 2 of 2 symbols.")
    assert [line.split() for line in shown[3:6]] == [
        ["q0", "0,0", "0", "+1,=", "q1", "0", "=,+1", "q1"],
        ["q0", "0,1", "0", "+1,=", "q1", "0", "=,+2", "q1"],
        ["q0", "0,2", "0", "+1,=", "q1", "0", "=,-", "q1"],
    ]


REVERSE = {  # pushes the letters 1 and 2; the symbol 2 gives them back and is the only one with answers
    "start": 0, "letters": 3,
    "delta": [[0] * 9, [0] * 9],
    "output": [[-1, -1, 0, -1, -1, 1, -1, -1, 2], [7] * 9],
    "actions": [[[2], [3], [1]] * 3, [[0]] * 9],
}  # fmt: skip


def test_symbols_with_answers_come_first_and_words_lead_to_answers():
    shown = lines_of(REVERSE, 3, 1)
    assert shown[2].split() == ["2", "0", "1"] and "7" not in "".join(shown), "no word leads to q1"
    assert any(line.split() == ["2", "0", "2", "1", "2", "0", ".", "1", ".", "2"] for line in shown), shown
    permuted = REVERSE | {"output": [[-1, -1, 0, -1, -1, 2, -1, -1, 1], [7] * 9]}
    assert lines_of(permuted, 3, 1) != shown
