"""The table of UTM(4,6) is that of a universal machine: it simulates tag systems, in the code of its paper."""

from ast import literal_eval

from anylength.rules import StackMachine, task_named
from anylength.rules.stack_tasks import UNIVERSAL, read_turing

MACHINE = task_named("turing:utm46").memory
ONE, B, B_LEFT, C = 1, 2, 3, 5
END = 6

SYSTEMS = (  # productions of symbols 0, 1, …; the last of them, d, has d d, all others begin with d d; the next number halts
    ([[1, 1, 0], [1, 1]], [0, 1, 0], False),
    ([[1, 1, 2], [1, 1]], [1, 0, 0, 1], True),
    ([[1, 1, 1, 2], [1, 1]], [0, 1, 0], True),
    ([[2, 2, 1], [2, 2, 0], [2, 2]], [0, 0, 1], False),
    ([[2, 2, 3], [2, 2, 0], [2, 2]], [0, 1, 1, 0], True),
)
"""2-tag systems of the paper's class, a first word, and whether they halt."""


def weights(productions):
    """The ones that stand for each symbol: N(1) = 1, N(k + 1) = N(k) + 2 m(k)."""
    found = [1]
    for production in productions:
        found.append(found[-1] + 2 * len(production))
    return found


def program(productions):
    """The tape left of the head: codes of the halting symbol, then of the productions from the last to the first, then b."""
    ones, tape = weights(productions), [B_LEFT, B]
    last = ones[len(productions) - 1]
    for own, production in reversed(list(zip(ones, productions, strict=False))):
        first, *others = [*(ones[symbol] for symbol in reversed(production[2:])), last, last - own]
        tape += [B, ONE, B, *[ONE] * first]
        for count in others:
            tape += [B, B, *[ONE] * count]
    return [*tape, B]


def word_of(productions, tape):
    """The tag system's word that the tape from the head on stands for."""
    runs = "".join("1" if cell == ONE else "c" for cell in tape).split("c")
    return [weights(productions).index(len(run)) for run in runs]


def bits(numbers):
    """Three bits for each number."""
    return [int(bit) for number in numbers for bit in f"{number:03b}"]


class Running:
    """The machine with stacks beside what it reads."""

    def __init__(self, machine: StackMachine) -> None:
        self.machine, self.state, self.stacks, self.output = machine, machine.start, [[], []], 0

    def read(self, symbol):
        """A step."""
        rule = self.machine.rule(self.state, symbol, tuple(stack[-1] if stack else 0 for stack in self.stacks))
        for stack, action in zip(self.stacks, rule.actions, strict=True):
            if action == 1 and stack:
                stack.pop()
            elif action > 1:
                stack.append(action - 1)
        self.state, self.output = rule.after, rule.output

    @property
    def tape(self):
        """The cells left of the head, and those from it on, without the blanks at both ends; the state of the Turing machine."""
        state, under = literal_eval(self.machine.names[self.state])
        sides = [stack[::-1] for stack in self.stacks]
        for side in sides:
            while side and side[-1] == 1:
                side.pop()
        return [cell - 1 for cell in reversed(sides[0])], [under, *(cell - 1 for cell in sides[1])], state


def words_of_machine(productions, word, steps):
    """The words of the tag system that the machine's tape stands for, one after the other, and whether it halted."""
    ones, left, found = weights(productions), program(productions), []
    data = [cell for symbol in word for cell in [C, *[ONE] * ones[symbol]]][1:]
    running = Running(MACHINE)
    for symbol in bits([*left, END, *reversed(data), END]):
        running.read(symbol)
    for _ in range(steps):
        if running.output:
            return found, True
        if MACHINE.names[running.state] == "('A', 1)":
            behind, ahead, _ = running.tape
            while behind and behind[-1] == ONE:  # what was deleted from the word's front
                behind.pop()
            if behind == left and set(ahead) <= {ONE, C} and (not found or found[-1] != word_of(productions, ahead)):
                found.append(word_of(productions, ahead))
        running.read(0)
    return found, False


def words_of_tag_system(productions, word, count):
    """The words one after the other, up to so many or until it halts."""
    found = [word]
    while len(found) < count and word[0] < len(productions):
        word = word[2:] + productions[word[0]]
        found.append(word)
    return found


def test_the_machine_simulates_tag_systems():
    for productions, word, halts in SYSTEMS:
        found, halted = words_of_machine(productions, word, 60_000)
        assert halted == halts
        assert len(found) >= 4
        assert found == words_of_tag_system(productions, word, len(found))
        assert not halts or found[-1][0] == len(productions)


def test_each_rule_of_the_machine_is_used_by_the_simulations():
    """So each cell of the table is compared with the paper's by what it does."""
    rules = read_turing(UNIVERSAL["utm46"], "")
    assert len(rules) == 22
    used = set()
    for productions, word, _ in SYSTEMS:
        ones = weights(productions)
        data = [cell for symbol in word for cell in [C, *[ONE] * ones[symbol]]][1:]
        tape, at, state = dict(enumerate(program(productions) + data)), len(program(productions)), "A"
        for _ in range(30_000):
            key = state, tape.get(at, 0)
            if key not in rules:
                break
            used.add(key)
            tape[at], right, state = rules[key]
            at += 1 if right else -1
    assert used == set(rules)
