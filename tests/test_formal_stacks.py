"""`anylength formalise` of a net with stacks: the kernel accepts its theorem, and refuses one about a changed net or proof."""

import copy
import shutil
import subprocess
from pathlib import Path

import pytest

from anylength.experiments.formalise import chosen_proof, sentence
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove
from anylength.experiments.train import train
from anylength.formal import Files, folder, library_folder, net_files, read_files, statement_of_stacks
from anylength.formal.stacks import stack_machine
from anylength.rules.stack_tasks import count_natural_machine, dyck_machine
from anylength.verification.certify.stack_fields import machine_fields
from tests.rocq_terms import AXIOMS, MISSING, axioms_of

DYCK = Path(__file__).parent.parent / "docs" / "results" / "dyck-2"

needs_coq = pytest.mark.skipif(bool(MISSING), reason=MISSING)


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    """The theorems that a net with stacks needs, compiled."""
    target = tmp_path_factory.mktemp("library")
    shutil.copytree(library_folder(), target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.vo*", "*.glob", ".*"))
    needed = [
        "stacks/StackKernel.vo",
        "stacks/StackProcessorKernel.vo",
        "stacks/Dyck.vo",
        "stacks/CountNatural.vo",
        "Answers.vo",
        "Languages.vo",
    ]
    for command in (["coq_makefile", "-f", "_CoqProject", "-o", "CoqMakefile"], ["make", "-f", "CoqMakefile", "-j2", *needed]):
        made = subprocess.run(command, cwd=target, capture_output=True, text=True)
        assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    return target


def brackets() -> Files:
    """The committed net, which follows brackets of two kinds."""
    return read_files((DYCK / "certificate.json").read_bytes(), (DYCK / "model.safetensors").read_bytes())


def said_by_coq(texts: dict[str, str], library: Path, net: Path) -> subprocess.CompletedProcess[str]:
    """What Coq says of Proved.v."""
    net.mkdir()
    for name, text in texts.items():
        (net / name).write_text(text)
    command = ["coqc", "-q", "-w", "none", "-Q", library, "Anylength", "-Q", net, "Run"]
    subprocess.run([*command, net / "Given.v"], check=True)
    return subprocess.run([*command, net / "Proved.v"], capture_output=True, text=True)


def test_a_theorem_about_stacks_speaks_of_no_number_format_and_of_no_fewer_words():
    files = brackets()
    texts = net_files(files, files.top["proofs"][0], None)
    assert list(texts) == ["Given.v", "Proved.v"]
    assert "forall w, over (4) w -> writes w (stack_outputs machine w)" in texts["Proved.v"]
    said = (
        "the net writes what its machine of 2 states with stacks says, for every word of any length, however deep the stacks become"
    )
    assert sentence(None, files) == said


COMPUTED = {
    "dyck-2": "is_dyck machine 2", "dyck-12": "is_dyck machine 12", "dyck": "", "dyck-02": "", "anbn": "",
    "count-natural": "is_count_natural machine 7", "count": "",
}  # fmt: skip
"""What the kernel is to compute of a task's machine, in base 7."""


@pytest.mark.parametrize(("task", "computed"), COMPUTED.items())
def test_brackets_and_numbers_have_statements_of_their_own(task, computed):
    statement = statement_of_stacks(task, 7)
    assert (statement.computed if statement else "") == (f"{computed} = true" if computed else "")


def test_the_verified_checker_leaves_nets_with_stacks_to_the_others(called):
    done = called("check", str(DYCK / "certificate.json"), "--weights", str(DYCK / "model.safetensors"), "--verified")
    assert done.code == 3
    assert "UNKNOWN: the verified checker reads proofs of nets without stacks, and this is a net with stacks" in done.stdout
    assert "VALID" not in done.stdout


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_that_a_trained_net_tells_balanced_brackets_nested_at_any_depth(library, tmp_path):
    files = brackets()
    done = said_by_coq(net_files(files, files.top["proofs"][0], statement_of_stacks("dyck-2", 4)), library, tmp_path / "net")
    assert done.returncode == 0, done.stderr
    said = "exists out : list (option nat), writes w out /\\ (exists o : nat, last out None = Some o /\\ (o = 1 <-> balanced 2 w))"
    assert f"forall w : list nat, over (2 * 2) w -> w <> [] -> {said}" in " ".join(done.stdout.split())
    assert axioms_of(done.stdout) == AXIOMS


def changed(what: str) -> str:
    """Given.v of the committed net with one thing changed that makes the theorem false, or the proof no proof."""
    files = copy.deepcopy(brackets())
    proof = files.top["proofs"][0]
    memory = files.program.stacks()
    if what == "a gate":
        files.tensors[memory.bias][0][0] = 0
        files.tensors[memory.weight][0][:] = [0] * len(files.tensors[memory.weight][0])
    elif what == "an answer":
        files.top["machine"]["output"][0][0] ^= 1
    elif what == "a letter":
        proof["letters"][0][0] = proof["letters"][0][1]
    elif what == "an action":
        files.top["machine"]["actions"][0][0] = [0]
    text = net_files(files, proof, None)["Given.v"]
    machine_and_boxes, lying = text.split("met :=")
    if what == "what lies on top":
        lying = lying.replace("[[0]; [1]; [2]", "[[0]; [1]; [9]", 1)
    if what == "what lies below":
        lying = lying.replace("[[0]; [0]", "[[0]; [1]")
    return f"{machine_and_boxes}met :={lying}"


CHANGES = ("nothing", "a gate", "an answer", "a letter", "an action", "what lies on top", "what lies below")


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("what", CHANGES)
def test_the_kernel_refuses_a_changed_net_machine_or_proof_on_the_processors_floats(library, tmp_path, monkeypatch, what):
    monkeypatch.setattr(folder, "LARGEST_WORK", 0)
    files = brackets()
    texts = net_files(files, files.top["proofs"][0], None)
    assert "StackProcessorKernel.check" in texts["Proved.v"]
    given = changed(what)
    done = said_by_coq({"Given.v": given, "Proved.v": texts["Proved.v"]}, library, tmp_path / "net")
    if what == "nothing":
        assert (given, done.returncode) == (texts["Given.v"], 0), done.stderr
        return
    assert given != texts["Given.v"]
    assert done.returncode != 0
    assert "StackProcessorKernel.check net machine certificate" in done.stderr


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("task", "holds"), [("dyck-2", True), ("dyck-1", False), ("dyck-3", False)])
def test_the_kernel_compares_the_machine_with_that_of_the_task(library, tmp_path, monkeypatch, task, holds):
    monkeypatch.setattr(folder, "LARGEST_WORK", 0)
    files = brackets()
    done = said_by_coq(net_files(files, files.top["proofs"][0], statement_of_stacks(task, 4)), library, tmp_path / "net")
    assert (done.returncode == 0) == holds
    assert holds or "is_dyck" in done.stderr


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_that_a_trained_net_counts_as_people_write_numbers(library, tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LARGEST_WORK", 0)
    run = tmp_path / "run"
    train(TrainOptions(task="count-natural", base=2, cell="stack-rnn", seed=1), run)
    prove(run)
    files = read_files((run / "certificate.json").read_bytes(), (run / "model.safetensors").read_bytes())
    done = said_by_coq(net_files(files, chosen_proof(files), statement_of_stacks("count-natural", 2)), library, tmp_path / "right")
    assert done.returncode == 0, done.stderr
    said = "skipn (length (question 2 n)) out = map Some answer /\\ trimmed (rev answer) = digits 2 (n + 1)"
    assert f"writes (input 2 n) out /\\ {said}" in " ".join(done.stdout.split())
    done = said_by_coq(net_files(files, chosen_proof(files), statement_of_stacks("count-natural", 3)), library, tmp_path / "wrong")
    assert done.returncode != 0 and "is_count_natural" in done.stderr


def refusals() -> list[str]:
    """Terms that are false: machines for brackets of two kinds with one cell changed, and machines of other tasks."""
    changed = []
    fields = machine_fields(dyck_machine(2))
    for row, cells in enumerate(fields["delta"]):
        for at in range(len(cells)):
            one = copy.deepcopy(fields)
            what = ("delta", "output", "actions")[(row + at) % 3]
            one[what][row][at] = [one[what][row][at][0] ^ 1] if what == "actions" else one[what][row][at] ^ 1
            changed.append(f"is_dyck {stack_machine(one, 4)} 2")
    others = [f"is_dyck {stack_machine(machine_fields(dyck_machine(K)), 2 * K)} {K + 1}" for K in (1, 2)]
    return [*changed, *others, f"is_count_natural {stack_machine(machine_fields(count_natural_machine(3)), 5)} 2"]


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_machines_of_the_tasks_are_those_that_are_proved_and_no_changed_one_is(library, tmp_path):
    brackets = [f"is_dyck {stack_machine(machine_fields(dyck_machine(K)), 2 * K)} {K}" for K in (1, 2, 3, 7)]
    numbers = [f"is_count_natural {stack_machine(machine_fields(count_natural_machine(b)), b + 2)} {b}" for b in (2, 3, 10)]
    lines = [
        "From Coq Require Import List.",
        "From Anylength Require Import StackMachine Dyck CountNatural.",
        "Import ListNotations.",
    ]
    for term, result in [*((term, "true") for term in (*brackets, *numbers)), *((term, "false") for term in refusals())]:
        lines.append(f"Goal {term} = {result}.\nProof. vm_compute. reflexivity. Qed.")
    (tmp_path / "Tables.v").write_text("\n".join(lines))
    command = ["coqc", "-q", "-w", "none", "-Q", library, "Anylength", tmp_path / "Tables.v"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
