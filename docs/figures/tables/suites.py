"""The tables of the suites, made from the code: a suite's tasks with their states, symbols and sources.

The comparison of the Chomsky benchmark with the published generators is made from `docs/results/chomsky-encodings.json`.
"""

from collections.abc import Callable

from anylength.rules import IGNORE_INDEX, PARAMETRIC_NAMES, STRING_TASKS, SUITES, Machine, NamedMachine, task_named
from docs.figures.tables.results import parts, table

SHOWN_SYMBOLS = 8
"""Longer alphabets are shown as their number with the first and the last symbol."""


def dfa_states(machine: Machine) -> int:
    """The states of the smallest DFA (Moore machine) with these answers.

    It has a state for each pair of a state of the machine and the answer with which that state is entered. The start state counts
    once more if no transition leads back to it.
    """
    entered = {pair for row in zip(machine.delta, machine.output, strict=True) for pair in zip(*row, strict=True)}
    return len(entered) + (machine.start not in {state for state, _ in entered})


def suite(name: str) -> str:
    """The table of a suite."""
    rows = []
    for task in SUITES[name].tasks:
        named = task.make()
        cells = (f"`{task.name}`", states(named), names(named.symbols), names(named.outputs), text(task.summary), text(task.source))
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(["| task | states | symbols | answers | what it asks | source |", "|---|---|---|---|---|---|", *rows])


def strings() -> str:
    """The table of the tasks from string to string, with an example of each, and the stacks of its machine."""
    rows = []
    for name, suite_task in STRING_TASKS.items():
        rule, task = suite_task.make(), task_named(name)
        word = task.word((task.notation.read(rule.example),))
        given = [task.output_names[target] for target in task.targets(word[:, None])[:, 0] if target != IGNORE_INDEX]
        example = f"`{rule.example}` and {len(given)} `?`", f"`{task.label_separator.join(given)}`"
        stacks = str(rule.memory.stacks) if rule.memory else "no machine here"
        shown = names(rule.symbols), names(rule.classes), outputs_of(rule.steps), text(task.summary)
        rows.append((f"`{name}`", *shown, *example, stacks))
    return table(("task", "symbols", "classes", "outputs", "what it asks", "example", "its outputs", "stacks"), rows)


def outputs_of(steps: tuple[float, int]) -> str:
    """The number of outputs for an input of L symbols, in words."""
    factor, more = steps
    of_length = {0: "", 0.5: "L/2 rounded up", 1: "L"}.get(factor, f"{factor} L")
    return " + ".join(part for part in (of_length, str(more) if more else "") if part)


def encodings() -> str:
    """The table of the comparison with the published generators."""
    rows = []
    for row in parts("chomsky-encodings")["encodings"]["tasks"]:
        of_lengths, distribution = row["outputs"]["lengths"], row["distribution"]
        samples, equal, masks = (f"{sum(each[key] for each in of_lengths):,}" for key in ("samples", "equal", "equal_masks"))
        inputs = ", ".join(f"{each['ours']}{'' if each['equal'] else ' (others)'}" for each in distribution["supports"])
        tests = inputs, str(distribution["tests"]), f"{distribution['least_p']:.4f}"
        rows.append((f"`{row['task']}`", f"{equal} of {samples}", f"{masks} of {samples}", *tests))
    return table(("task", "equal outputs", "equal masks", "distinct short inputs", "tests", "smallest p"), rows)


def patterns() -> str:
    """The table of the kinds of tasks with numbers in the name."""
    rows = [f"| `{pattern.name}` | {text(pattern.summary)} |" for pattern in PARAMETRIC_NAMES.values()]
    return "\n".join(["| name | what it asks |", "|---|---|", *rows])


def states(named: NamedMachine) -> str:
    """The number of states, and in brackets that of a DFA if it is another one and the last answer counts alone."""
    of_machine, of_dfa = named.machine.states, dfa_states(named.machine)
    return f"{of_machine} ({of_dfa})" if named.graded == "last" and of_dfa != of_machine else str(of_machine)


def names(symbols: tuple[str, ...]) -> str:
    """The names of symbols or answers."""
    if len(symbols) <= SHOWN_SYMBOLS:
        return " ".join(f"`{symbol}`" for symbol in symbols)
    return f"{len(symbols)}: `{symbols[0]}` … `{symbols[-1]}`"


def text(words: str) -> str:
    """Words in a cell of a table."""
    return words.replace("*", "\\*").replace("<", "&lt;").replace("|", "\\|")


def tables_of(name: str) -> dict[str, Callable[[], str]]:
    """The tables of a suite."""
    more = {"chomsky_strings": strings, "chomsky_encodings": encodings} if name == "chomsky" else {}
    return {name.replace("-", "_"): lambda: suite(name)} | more


TABLES: dict[str, Callable[[], str]] = {"patterns": patterns}
for _name in SUITES:
    TABLES |= tables_of(_name)
"""Part of the page → the table: `docs/reference/hooks.py` puts the tables into the page."""
