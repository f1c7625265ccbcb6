"""The theorems about machines in `formal/machines`: they compile, use no axiom, and speak of the machines that Python's tasks have.

Rocq itself compares: Python writes its tables as terms, and each theorem says that a table answers every word as Rocq's machine.
"""

import itertools
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from anylength.experiments.formalise import task_statement
from anylength.formal import TOMITA, products_term, statement_of_group
from anylength.formal.expressions import regex_term
from anylength.formal.spelling import listed, wrapped
from anylength.rules import task_named
from tests.rocq_terms import FORMAL, MISSING, compiled, in_order, machine_term
from tests.selection import thorough

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(MISSING), reason=MISSING)]

MACHINES = sorted((FORMAL / "machines").glob("*.v"))
SOURCES = [*(FORMAL / name for name in ("Machine.v", "Statements.v", "Languages.v")), *MACHINES]
CLOSED = "Closed under the global context"
IMPORTS = """From Coq Require Import List Arith.
From Anylength Require Import Machine.
From Anylength.machines Require Import Tables Digits Count Affine TwoNumbers Division Parity Equivalent Renumbered.
From Anylength.machines Require Import Regex Derivatives Acceptor Tomita.
Import ListNotations.
"""

PATTERNS = [
    ("(ab)*", None),
    ("(a|b)*abb", None),
    ("a(b|c){2,3}", None),
    ("(a|b)*a(a|b){2}", None),
    ("a?b{2,3}c{2,}d{0}e{0,2}", None),
    ("[a-c]+[^a]", None),
    ("[^ab]+", "abc"),
    (".*aa.*", "ab"),
    ("|a|()b", None),
    ("((a*)*b)*", None),
    ("(x+x+)+y", None),
    ("(a|b)*a(a|b){4}", None),
    (r"\d+(\.\d*)?", None),
]
"""Patterns with every operator, and the alphabet of each."""


GROUPS = ["s3", "a4", "s4", "a5", "s3-generators", "a5-generators", "s5-generators"]
"""Word problems of permutations whose tables Rocq compares with the products."""

SUMS = ["z-2", "z-7", "z-60", "z-7-generator"]
"""Word problems of sums."""

MOST_WORDS = 100
"""Most words of the longest length on which Rocq's reading of a pattern is compared with Python's."""


@dataclass(frozen=True)
class Case:
    """A task of Python and the machine of Rocq.

    Attributes:
        task: Its name.
        base: Its base.
        term: Rocq's machine.
        tail: How many zeros Rocq's theorem reads behind the number, as a term.
        as_met: Whether Python numbers the states as words meet them; else they are Rocq's.
    """

    task: str
    base: int
    term: str
    tail: str = "0"
    as_met: bool = False

    def theorems(self, number: int) -> str:
        task = task_named(self.task, self.base)
        table = f"renumbered {self.base} ({self.term})" if self.as_met else self.term
        return "\n".join(
            [
                f"Definition python_{number} : machine := {machine_term(task.machine)}.",
                _computed(f"equivalent_{number}", f"equivalent python_{number} ({self.term}) {task.machine.symbols} = true"),
                _computed(f"tail_{number}", f"{self.tail} = {task.layout.tail}"),
                _computed(f"table_{number}", f"python_{number} = {table}"),
            ]
        )


def _computed(name: str, statement: str) -> str:
    return f"Theorem {name} : {statement}.\nProof. vm_compute. reflexivity. Qed.\n"


def _cases(base: int) -> list[Case]:
    one_number = {"count": "1", "decrement": "1", "parity": "0"}
    two_numbers = {"add": "1", "subtract": "1", "compare": "0"}
    return [
        *(Case(name, base, f"{name} {base}", tail) for name, tail in (one_number | two_numbers).items()),
        *(Case(f"multiply-{k}", base, f"multiply {k} {base}", f"affine_tail {k} {base}", True) for k in (2, 7, 9, 64)),
        Case("collatz", base, f"collatz {base}", f"affine_tail 3 {base}", True),
        *(Case(f"divide-{k}", base, f"divide {k} {base}") for k in (2, 3, 7)),
        *(Case(f"remainder-{k}", base, f"remainder {k} {base}") for k in (3, 7)),
    ]


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> tuple[Path, dict[str, str]]:
    """The compiled theorems, and what each file printed."""
    folder = tmp_path_factory.mktemp("formal")
    (folder / "machines").mkdir()
    copies = [Path(shutil.copy(source, folder / source.relative_to(FORMAL))) for source in SOURCES]
    printed = {file.stem: compiled(file, folder) for file in in_order(copies, folder)}
    assert len(printed) == len(SOURCES)
    return folder, printed


def test_every_theorem_rests_on_no_axiom(library):
    _, printed = library
    listing = (FORMAL / "machines" / "Assumptions.v").read_text(encoding="utf-8")
    tuples = re.findall(r"Definition (\w+) :=\s*([^.]*)\.\nPrint Assumptions (\w+)\.", listing)
    listed = {name for _, names, _ in tuples for name in re.findall(r"\w+", names)}
    stated = {name for source in MACHINES for name in re.findall(r"^Theorem (\w+)", source.read_text(encoding="utf-8"), re.M)}
    assert listed == stated
    assert all(defined == asked for defined, _, asked in tuples)
    assert printed["Assumptions"].splitlines() == [CLOSED] * len(tuples)


@pytest.mark.parametrize("base", thorough([2, 10, 36]))
def test_the_machines_are_those_of_the_tasks(library, base):
    folder, _ = library
    file = folder / f"Base{base}.v"
    file.write_text("\n".join([IMPORTS, *(case.theorems(number) for number, case in enumerate(_cases(base)))]), encoding="utf-8")
    compiled(file, folder)


def test_the_languages_are_those_of_the_tasks(library):
    folder, _ = library
    lines = [IMPORTS]
    tomita = [(name.replace("-", "_"), f"words_{name[-1]}", task_named(name), pattern) for name, pattern in TOMITA.items()]
    for name, words, task, pattern in tomita:
        lines.append(_computed(f"table_{name}", f"{name} = {machine_term(task.machine)}"))
        lines.append(_computed(f"pattern_{name}", f"{words} = {regex_term(pattern, task.names or ())}"))
        assert f'"{pattern}"' in "".join(source.read_text(encoding="utf-8") for source in SOURCES)
    for number, (pattern, alphabet) in enumerate(PATTERNS):
        task = task_named(f"regex:{pattern}", alphabet=alphabet)
        symbols = task.names or ()
        term = f"accepts_exactly {machine_term(task.machine)} {len(symbols)} {regex_term(pattern, symbols)}"
        lines.append(_computed(f"accepts_{number}", f"{term} = true"))
    (folder / "Languages.v").write_text("\n".join(lines), encoding="utf-8")
    compiled(folder / "Languages.v", folder)


@pytest.mark.slow
def test_expressions_mean_what_python_says(library):
    folder, _ = library
    patterns = [(pattern, task_named(f"regex:{pattern}", alphabet=alphabet).names or ()) for pattern, alphabet in PATTERNS]
    patterns += [(pattern, ("0", "1")) for pattern in TOMITA.values()]
    lines = [IMPORTS]
    for number, (pattern, symbols) in enumerate(patterns):
        longest = next(length for length in range(12, 0, -1) if len(symbols) ** length <= MOST_WORDS)
        words = [word for length in range(longest + 1) for word in itertools.product(range(len(symbols)), repeat=length)]
        found = [re.fullmatch(pattern, "".join(symbols[s] for s in word), re.ASCII) is not None for word in words]
        spelt = [f"({listed(map(str, word))}, {str(matches).lower()})" for word, matches in zip(words, found)]
        check = f"forallb (fun x => Bool.eqb (matched {regex_term(pattern, symbols)} (fst x)) (snd x)) {wrapped(spelt)} = true"
        lines.append(_computed(f"means_{number}", check))
    (folder / "Meanings.v").write_text("\n".join(lines), encoding="utf-8")
    compiled(folder / "Meanings.v", folder)


@pytest.mark.slow
def test_the_groups_are_those_of_the_tasks(library):
    folder, _ = library
    lines = [IMPORTS, "From Anylength.machines Require Groups."]
    for number, name in enumerate([*GROUPS, *SUMS]):
        statement = statement_of_group(name)
        assert statement is not None
        lines.append(f"Module Number{number}. Definition machine : machine := {machine_term(task_named(name).machine)}.")
        lines.append(_computed("machine_of_the_task", statement.computed) + f"End Number{number}.")
    (folder / "Products.v").write_text("\n".join(lines), encoding="utf-8")
    compiled(folder / "Products.v", folder)


def test_the_factors_are_read_in_the_order_of_the_tasks(library):
    folder, _ = library
    task = task_named("s3")
    assert task.symbol_names[1:4] == ["132", "213", "231"]
    first, second = "[0; 2; 1]", "[1; 0; 2]"
    both = task.output_names[task.machine.run((1, 2))[-1]]
    product = f"[{'; '.join(str(int(digit) - 1) for digit in both)}]"
    lines = [IMPORTS, "From Anylength.machines Require Groups.", _computed("both", f"Groups.compose {first} {second} = {product}")]
    lines.append(_computed("other", f"Groups.same (Groups.compose {second} {first}) {product} = false"))
    (folder / "Order.v").write_text("\n".join(lines), encoding="utf-8")
    compiled(folder / "Order.v", folder)


@pytest.mark.parametrize(
    ("name", "said"), [("s5-generators", "product of the permutations"), ("z-7", "sum modulo 7 of the numbers")]
)
def test_a_run_on_a_word_problem_is_stated_so(name, said):
    statement = task_statement(task_named(name))
    assert statement is not None
    assert statement.words.startswith(f"writes at every step the {said} read so far")
    assert "{" not in statement.about("writes") + statement.proved_by("proof")


def test_a_task_that_is_no_word_problem_has_no_such_statement():
    for name in ("count", "z-1", "z-07", "z-121", "z-7-generators", "s5-all", "s6", "s3-", "tomita-1"):
        assert statement_of_group(name) is None, name


@pytest.mark.slow
def test_another_machine_is_refused(library):
    folder, _ = library
    decrement, other = (machine_term(task_named(name).machine) for name in ("decrement", "tomita-4"))
    unlike = [
        _computed("another_task", f"equivalent {decrement} (count 10) 10 = false"),
        _computed("another_base", "equivalent (count 9) (count 10) 10 = false"),
        _computed("another_start", "equivalent (affine 3 0 10) (collatz 10) 10 = false"),
        _computed("another_language", f"accepts_exactly {other} 2 words_7 = false"),
        _computed("another_group", products_term("a4", machine_term(task_named("s4").machine), by_generators=False) + " = false"),
        _computed(
            "all_for_generators", products_term("s3", machine_term(task_named("s3").machine), by_generators=True) + " = false"
        ),
        _computed("outputs_the_wrong_way", f"accepts_exactly {other} 2 Nothing = false"),
    ]
    (folder / "Unlike.v").write_text("\n".join([IMPORTS, "From Anylength.machines Require Groups.", *unlike]), encoding="utf-8")
    compiled(folder / "Unlike.v", folder)
