"""Which symbols may come next: the task that the Dyck literature trains nets on, for any acceptor.

After each symbol the answer is a set: the symbols that can still lead to an accepted word, and "end" if the word read so far is
one. A set is one output class, so the claim of a proof is: after every word the net names exactly the symbols that may come next.
"""

from anylength.base import InputError
from anylength.machines import MAX_OUTPUTS, Machine, NamedMachine, minimise, reachable_states
from anylength.tasks.custom import from_named_machine
from anylength.tasks.machine_files import MAX_NAME
from anylength.tasks.task import Task

PREFIX = "next:"
"""What the name of such a task begins with on the command line; the name of an acceptor follows."""

NAMED = "next-"
"""What its own name begins with: folders are named after tasks."""

END, NOTHING = "end", "nothing"
"""What a set says of an accepted word, and the empty set."""


def next_symbol_task(task: Task) -> Task:
    """The task of the sets of next symbols of an acceptor's task.

    Raises:
        InputError: The task is no acceptor of words of named symbols, or it has more sets than outputs are possible.
    """
    if task.names is None or task.graded != "last" or task.classes != len(("reject", "accept")):
        remedy = "take an acceptor, for example next:dyck-2-3 or next:regex:(ab)*"
        raise InputError("a task that accepts or rejects words of named symbols", task.name, remedy)
    named = next_symbol_sets(task.machine, task.names)
    if len(named.outputs) > MAX_OUTPUTS:
        raise InputError(f"at most {MAX_OUTPUTS:,} sets of symbols", f"{len(named.outputs):,} of {task.name}", "take a smaller one")
    return from_named_machine(named, f"{NAMED}{task.name}"[:MAX_NAME].rstrip("-"), f"which symbols may come next? {task.summary}")


def next_symbol_sets(machine: Machine, symbols: tuple[str, ...]) -> NamedMachine:
    """The smallest machine that names the set after each symbol; output 1 of the given machine accepts."""
    alive = _alive(machine)
    followers = [
        tuple(s for s in range(machine.symbols) if machine.output[q][s] or machine.delta[q][s] in alive)
        for q in range(machine.states)
    ]
    sets: dict[tuple[tuple[int, ...], int], int] = {}
    output = tuple(
        tuple(sets.setdefault((followers[after], out), len(sets)) for after, out in zip(*rows, strict=True))
        for rows in zip(machine.delta, machine.output, strict=True)
    )
    names = tuple(" ".join([*(symbols[s] for s in allowed), *([END] if accepted else [])]) or NOTHING for allowed, accepted in sets)
    return NamedMachine(minimise(Machine(machine.start, machine.delta, output)), symbols, names)


def _alive(machine: Machine) -> set[int]:
    """The states from which some word is accepted."""
    alive = {q for q in reachable_states(machine) if any(machine.output[q])}
    while True:
        more = {q for q in reachable_states(machine) if q not in alive and any(after in alive for after in machine.delta[q])}
        if not more:
            return alive
        alive |= more
