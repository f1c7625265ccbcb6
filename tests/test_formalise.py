"""`anylength formalise`: the theorem of a run, checked by Coq's kernel; and the verified checker, made by Coq and OCaml."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from by_hand import counting_net, counting_net_with_gelu, drifting_net, fading_switch
from every_operation import net_of_every_operation

from anylength.base import InputError
from anylength.cli.commands.formalise import PROOFS as NAMES_OF_PROOFS
from anylength.experiments.formalise import PROOFS, formalise
from anylength.experiments.options import TrainOptions
from anylength.experiments.proving import prove, prove_rounded
from anylength.experiments.save import save_net
from anylength.experiments.train import train
from anylength.formal import (
    Files,
    folder,
    formal_files,
    library_folder,
    net_files,
    passes,
    read_files,
    statement_of,
    statement_of_language,
    verified_checker,
)
from anylength.formal.checker import TOOLS
from anylength.formal.some_words import steps_to_nodes
from anylength.formal.spelling import dyadic, identifiers, remark, wrapped
from anylength.formal.terms import term_of
from anylength.programs import OPERATIONS
from anylength.programs.json_form import program_fields
from anylength.records.verdicts import PROVED
from anylength.rules import Rounded, task_named
from anylength.verification.certify import Proof, certificate_bytes
from anylength.verification.rounded_states import visit
from anylength.verification.verdicts import verdict
from anylength_check.rounded import Rounded as RoundedProof
from anylength_check.strict import Refused
from anylength_check.weights import filled
from benchmarks.coq import compile_library
from benchmarks.theorems import PRINTED, committed_theorems
from tests.rocq_terms import AXIOMS, MISSING, axioms_of

ROOT = Path(__file__).parent.parent
SMALLEST = ROOT / "docs" / "results" / "smallest"
ELLIPSOIDS, SLICES = (ROOT / "tests" / "fixtures" / name for name in ("ellipsoids", "slices"))
UNPROVED = re.compile(r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjecture|bypass_check|Unset Guard Checking)\b")

needs_coq = pytest.mark.skipif(bool(MISSING), reason=MISSING)
needs_ocaml = pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason="Coq or OCaml is missing")


@pytest.fixture(scope="module")
def counting(tmp_path_factory) -> Path:
    """A proved run that counts."""
    out = tmp_path_factory.mktemp("formal") / "count"
    train(TrainOptions(recipe="certified", hidden=16, seed=3), out)
    prove(out)
    return out


@pytest.fixture(scope="module")
def library(tmp_path_factory) -> Path:
    """The theorems about all nets, compiled."""
    folder = tmp_path_factory.mktemp("library")
    shutil.copytree(library_folder(), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.vo*", "*.glob", ".*"))
    made = subprocess.run(["make", "-C", folder, "-j2"], capture_output=True, text=True)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    return folder


def files_in(folder: Path) -> Files:
    """The certificate and the weights in a folder."""
    return read_files((folder / "certificate.json").read_bytes(), (folder / "model.safetensors").read_bytes())


def compiled(library: Path, net: Path, name: str) -> subprocess.CompletedProcess[str]:
    command = ["coqc", "-q", "-w", "none", "-Q", library, "Anylength", "-Q", net, "Run", net / f"{name}.v"]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.sampled
@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_that_a_trained_net_counts_in_float32(counting, library, tmp_path):
    made = formalise(counting, tmp_path / "theorem")
    assert made.statement == "the net reads the digits of n and writes those of n + 1, for every natural number n"
    net = tmp_path / "theorem" / "net"
    printed = {name: compiled(library, net, name) for name in ("Given", "Proved", "Float32")}
    assert [done.returncode for done in printed.values()] == [0, 0, 0], [done.stderr for done in printed.values()]
    for name, writes in (("Proved", "writes"), ("Float32", "writes32")):
        said = " ".join(printed[name].stdout.split())
        assert f"forall n : N, exists out : list nat, {writes} (digits 10 n ++ [0]) out /\\ trimmed out = digits 10 (n + 1)" in said
        assert axioms_of(printed[name].stdout) == AXIOMS


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_refuses_a_theorem_about_another_task_and_a_changed_weight(counting, library, tmp_path):
    files = files_in(counting)
    texts = formal_files(files, files.top["proofs"][0], statement_of("decrement", 10))
    given = texts["net/Given.v"]
    start = given.index("Definition tensor_readout_weight")
    digit = next(at for at in range(start, len(given)) if given[at : at + 2] == "[(")
    spoiled = given[: digit + 2] + "-" * (given[digit + 2] != "-") + "999" + given[digit + 2 :].lstrip("-")
    for number, (text, reason) in enumerate([(given, "decrement"), (spoiled, "")]):
        net = tmp_path / str(number)
        net.mkdir()
        (net / "Given.v").write_text(text)
        (net / "Proved.v").write_text(texts["net/Proved.v"])
        assert compiled(library, net, "Given").returncode == 0
        done = compiled(library, net, "Proved")
        assert done.returncode != 0
        assert reason in done.stderr


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_coq_prints_the_same_theorems_and_axioms_again():
    compile_library()
    assert committed_theorems()[1] == PRINTED.read_text(encoding="utf-8")


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_proves_a_large_net_and_its_number_formats_on_the_processors_floats(library, tmp_path, monkeypatch):
    monkeypatch.setattr(folder, "LARGEST_WORK", 0)
    files = files_in(SMALLEST)
    proof = files.top["proofs"][0]
    assert proved_of(files, proof, library, tmp_path / "right").returncode == 0
    assert "ProcessorKernel.check" in (tmp_path / "right" / "Proved.v").read_text()
    done = compiled(library, tmp_path / "right", "Float32")
    assert done.returncode == 0 and "writes_as writes32 10 machine" in done.stdout, done.stderr
    assert proved_of(files, proof | {"epsilon": (1e-12).hex()}, library, tmp_path / "small").returncode == 0
    done = compiled(library, tmp_path / "small", "Float32")  # less than the errors of a step
    assert done.returncode != 0 and "covers" in done.stderr


def restricted(words: dict, dropped: dict[int, list[int]]) -> tuple[Files, dict]:
    """The smallest net's certificate as one about these words only, without the next nodes under these symbols of these nodes."""
    files = files_in(SMALLEST)
    proof = files.top["proofs"][0]
    nodes = [
        node | {"automaton": 0, "next": [-1 if s in dropped.get(number, []) else after for s, after in enumerate(node["next"])]}
        for number, node in enumerate(proof["nodes"])
    ]
    return files._replace(top=files.top | {"words": words}), proof | {"nodes": nodes}


def proved_of(files: Files, proof: dict, library: Path, net: Path) -> subprocess.CompletedProcess[str]:
    """What Coq says of Proved.v."""
    net.mkdir()
    for name, text in net_files(files, proof, None).items():
        (net / name).write_text(text)
    assert compiled(library, net, "Given").returncode == 0
    return compiled(library, net, "Proved")


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_what_is_said_of_some_words_and_of_no_more(library, tmp_path):
    files, proof = restricted({"automaton": [[*[0] * 9, -1]]}, {0: [9], 1: [9]})
    done = proved_of(files, proof, library, tmp_path / "language")
    said = "forall w : list nat, over 10 w -> reads automaton w -> writes w (outputs machine w)"
    assert done.returncode == 0 and said in " ".join(done.stdout.split()), done.stderr
    assert axioms_of(done.stdout) == AXIOMS
    other = 1 - proof["start"]
    for steps in (1, 2):  # the other node is one step away, so that the proof says nothing of words of two symbols
        files, proof = restricted({"steps": steps}, {other: [9]})
        done = proved_of(files, proof, library, tmp_path / str(steps))
        assert (done.returncode == 0) == (steps == 1), done.stderr
    assert "words_of_the_claim" in done.stderr or "short_words" in done.stderr


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(3600)
def test_the_kernel_accepts_ellipsoids_of_some_words_in_float32_and_no_more(library, tmp_path):
    most, files, proof = ellipsoids_of_short_words()
    net = tmp_path / "right"
    done = proved_of(files, proof, library, net)
    said = f"forall w : list nat, over 10 w -> (N.of_nat (length w) <= {most})%N -> writes w (outputs machine w)"
    assert done.returncode == 0 and said in " ".join(done.stdout.split()), done.stderr
    done = compiled(library, net, "Float32")
    assert done.returncode == 0 and said.replace("writes", "writes32") in " ".join(done.stdout.split()), done.stderr
    exact = proof | {"formats": []}  # a number format needs a box over all states, which Python finds for a sound claim only
    done = proved_of(of_steps(files, most + 1), exact, library, tmp_path / "wrong")
    assert done.returncode != 0 and "short_words" in done.stderr


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(3600)
def test_the_kernel_accepts_ellipsoids_in_slices_in_float32_and_not_as_a_whole(library, tmp_path):
    files = files_in(SLICES)
    proof = files.top["proofs"][0]
    for name, given, returncode in (("whole", whole_ellipsoids(proof), 1), ("right", proof, 0)):
        done = proved_of(files, given, library, tmp_path / name)
        assert bool(done.returncode) == returncode, done.stderr
    done = compiled(library, tmp_path / "right", "Float32")
    assert done.returncode == 0 and "writes32_what_the_machine_says : writes_as writes32 10 machine" in " ".join(
        done.stdout.split()
    )


def test_a_proof_of_some_steps_is_stated_as_one(tmp_path, monkeypatch):
    monkeypatch.setattr(verdict, "refute_within", lambda *_: None)
    prove(save_net(drifting_net(3), task_named("count"), tmp_path / "run"), budget=1.0)
    made = formalise(tmp_path / "run", tmp_path / "theorem")
    most = re.search(r"for every word of at most (\d+) symbols$", made.statement)
    assert most is not None and made.statement.startswith("the net writes what its machine of 2 states says")
    theorem = (tmp_path / "theorem" / "net" / "Proved.v").read_text()
    assert f"(N.of_nat (length w) <= {most[1]})%N -> writes w (outputs machine w)" in theorem
    assert "net_is_right" not in theorem


def test_a_format_that_does_not_hold_the_start_state_has_no_theorem():
    files = files_in(SMALLEST)
    proof = files.top["proofs"][0] | {"formats": ["bfloat16", "float16", "float32"]}
    assert {"Float32.v", "Float16.v", "Bfloat16.v"} <= net_files(files, proof, None).keys()
    state, third = files.program.fields["state"], int(float.fromhex("0x1.555556p-2") * 2.0**149)
    begun = files.program._replace(fields=files.program.fields | {"start": "begin"})
    begun.fields["tensors"]["begin"] = [state]
    changed = Files(files.top, begun, files.tensors | {"begin": [[third] * state]})
    assert net_files(changed, proof, None).keys() == {"Given.v", "Proved.v", "Float32.v"}


def test_the_folder_is_whole(counting, tmp_path):
    made = formalise(counting, tmp_path / "theorem")
    project = (Path(made.path) / "_CoqProject").read_text().splitlines()
    listed = {line for line in project if line.endswith(".v")}
    assert listed == {str(path.relative_to(made.path)) for path in Path(made.path).rglob("*.v")}
    assert {"library/regions/Regions.v", "net/Given.v", "net/Proved.v", "net/Float32.v"} <= listed
    assert "apt-get install" in (Path(made.path) / "Makefile").read_text()


def test_no_theorem_has_an_axiom_or_a_gap_and_the_project_lists_all():
    sources = list(library_folder().rglob("*.v"))
    for path in sources:
        assert not UNPROVED.search(path.read_text(encoding="utf-8")), path
    listed = {line for line in (library_folder() / "_CoqProject").read_text(encoding="utf-8").splitlines() if line.endswith(".v")}
    assert listed == {path.relative_to(library_folder()).as_posix() for path in sources} - {"checker/Extracted.v"}


def test_a_run_without_a_proof_is_refused(counting, tmp_path, called):
    spoiled = tmp_path / "run"
    shutil.copytree(counting, spoiled)
    (spoiled / "certificate.json").unlink()
    done = called("formalise", str(spoiled), "--out", str(tmp_path / "theorem"))
    assert done.code == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "theorem").exists()
    relabelled = tmp_path / "relabelled"
    shutil.copytree(counting, relabelled)
    config = json.loads((relabelled / "config.json").read_text())
    (relabelled / "config.json").write_text(json.dumps(config | {"task": "decrement"}))
    assert called("formalise", str(relabelled), "--out", str(tmp_path / "theorem")).code == 2
    assert called("formalise", str(counting), "--out", str(counting)).code == 2


@pytest.mark.parametrize(
    ("name", "machine"),
    [("multiply-7", "Affine.multiply 7 10"), ("remainder-3", "Division.remainder 3 10"), ("add", "TwoNumbers.add 10")],
)
def test_statements_name_the_machine_of_their_task(name, machine):
    statement = statement_of(name, 10)
    assert statement is not None
    assert machine in statement.computed
    assert "{" not in statement.about("writes") + statement.proved_by("lemma") + statement.words


def test_other_names_have_no_statement():
    assert [statement_of(name, 10) for name in ("count-7", "multiply", "multiply-x", "s5", "reverse")] == [None] * 5


def test_a_pattern_is_stated_as_a_term():
    statement = statement_of_language("(ab)*", "ab")
    assert statement.about("writes") == "recognises writes 2 (matches (Star (Then (symbol 0) (symbol 1))))"


def test_numbers_names_and_comments_are_spelt_as_coq_reads_them():
    assert [dyadic(*number) for number in ((0, 5), (12, -3), (-1, 0))] == ["(0, 0)", "(3, -1)", "(-1, 0)"]
    assert identifiers(["a.b", "a_b", "c"]) == {"a.b": "tensor_a_b", "a_b": "tensor_a_b_", "c": "tensor_c"}
    assert remark('a (0|11)*(1*) "x') == "(* a (0|11)*(1* ) 'x *)"
    assert wrapped(["1", "2"]) == "[1; 2]"


def test_an_unknown_operation_is_refused():
    with pytest.raises(InputError, match="the operation sine"):
        term_of({"op": "sine", "of": [0]})


def test_the_theorems_know_every_operation():
    """`term_of` refuses what they do not know."""
    step = program_fields(net_of_every_operation().program)["step"]
    assert {one["op"] for one in step} == set(OPERATIONS)
    assert all(term_of(one) for one in step)


@pytest.fixture(scope="module")
def counting_with_gelu(tmp_path_factory) -> Path:
    """A proved run of a step with gelu."""
    out = tmp_path_factory.mktemp("gelu") / "run"
    assert prove(save_net(counting_net_with_gelu(), task_named("count"), out)).verdict == PROVED
    return out


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(3600)
def test_the_kernel_accepts_that_a_net_with_gelu_counts_in_float32(counting_with_gelu, library, tmp_path):
    net = Path(formalise(counting_with_gelu, tmp_path / "theorem").path) / "net"
    printed = [compiled(library, net, name) for name in ("Given", "Proved", "Float32")]
    assert [done.returncode for done in printed] == [0, 0, 0], [done.stderr for done in printed]
    assert [axioms_of(done.stdout) for done in printed[1:]] == [AXIOMS, AXIOMS]


@pytest.fixture(scope="module")
def verified(tmp_path_factory) -> Iterator[None]:
    """The verified checker, made anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        assert verified_checker().is_file()
        yield


@pytest.mark.slow
@needs_ocaml
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("verified")
def test_the_verified_checker_passes_what_is_right_and_nothing_else(counting_with_gelu, called):
    certificate, weights = SMALLEST / "certificate.json", SMALLEST / "model.safetensors"
    files = files_in(SMALLEST)
    for proof in files.top["proofs"]:
        assert passes(files, proof)
        assert not passes(files, proof | {"epsilon": (2.0).hex()})
        assert not passes(files, proof | {"nodes": [node | {"state": 1 - node["state"]} for node in proof["nodes"]]})
    done = called("check", str(certificate), "--weights", str(weights), "--verified", "--json")
    assert (done.code, json.loads(done.stdout)["verified"]) == (0, True)
    files = files_in(ELLIPSOIDS)
    proof = files.top["proofs"][0]
    assert passes(files, proof)
    assert not passes(files, proof | {"epsilon": (2.0).hex()})
    assert not passes(files, halved_proof(proof))
    files = files_in(SLICES)
    proof = files.top["proofs"][0]
    assert passes(files, proof)
    assert not passes(files, whole_ellipsoids(proof))
    assert not passes(files, proof | {"slices": proof["slices"][:-1]})
    files = files_in(counting_with_gelu)
    for proof in files.top["proofs"]:
        assert passes(files, proof)
        assert not passes(files, proof | {"epsilon": (0.5).hex()})
    reads_no_9 = {"automaton": [[*[0] * 9, -1]]}
    assert passes(*restricted(reads_no_9, {0: [9], 1: [9]}))
    assert not passes(*restricted({"automaton": [[0] * 10]}, {0: [9], 1: [9]}))
    other = 1 - restricted({}, {})[1]["start"]
    assert [passes(*restricted({"steps": steps}, {other: [9]})) for steps in (1, 2)] == [True, False]
    most, files, proof = ellipsoids_of_short_words()
    assert [passes(of_steps(files, steps), proof) for steps in (most, most + 1)] == [True, False]
    assert not passes(of_steps(files, most), halved_proof(proof))
    everywhere = proof | {"nodes": [node | {"automaton": 0, "next": [*node["next"][:9], -1]} for node in proof["nodes"]]}
    assert passes(files._replace(top=files.top | {"words": reads_no_9}), everywhere)
    assert not passes(files._replace(top=files.top | {"words": {"automaton": [[0] * 10]}}), everywhere)


def rounded_switch(folder: Path, bits: int, epsilon: float, eta: float = 0.01) -> tuple[Files, dict]:
    """A proof about a switch of one unit with its state rounded to multiples of 2^-bits. An epsilon may be too large for it."""
    net, task = fading_switch([0.9], 0.05)
    save_net(net, task, folder)
    counts = visit(net, task.machine, Rounded(bits), epsilon, 10_000, float("inf")).counts
    content = certificate_bytes(net, task.machine, [Proof(counts, epsilon, eta, ("float32",))], Rounded(bits))
    files = read_files(content, (folder / "model.safetensors").read_bytes())
    return files, files.top["proofs"][0]


def accepted(files: Files, proof: dict) -> bool:
    """Whether the independent checker's rule of rounded states holds of a proof; its number formats aside."""
    columns = {name: filled(rows) for name, rows in files.tensors.items()}
    try:
        RoundedProof(files.top, files.program, files.tensors, columns, proof | {"formats": []}).checked()
    except Refused:
        return False
    return True


@pytest.mark.slow
@needs_ocaml
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("verified")
def test_both_checkers_say_the_same_of_rounded_states(tmp_path):
    verdicts = []
    for bits, epsilon in product((1, 2, 3, 4, 5, 7), (0.0, 1e-6, 0.02, 0.3)):
        files, proof = rounded_switch(tmp_path / f"{bits}-{epsilon}", bits, epsilon)
        larger = [{name: proof[name] + 1} for name in ("states", "steps")]
        smaller = [{name: proof[name] - 1} for name in ("states", "steps")]
        others = [
            {"epsilon": (-1e-9).hex()},
            {"epsilon": (0.06).hex()},
            {"eta": (0.0).hex()},
            {"eta": (0.2).hex()},
            {"eta": (3.0).hex()},
        ]
        for changes in ({}, *larger, *smaller, *others):
            changed = proof | changes
            verdicts.append((bits, epsilon, changes, accepted(files, changed)))
            assert passes(files, changed) == verdicts[-1][-1], verdicts[-1]
    right = [(bits, epsilon) for bits, epsilon, changes, valid in verdicts if valid and not changes]
    assert (3, 1e-6) in right and (3, 0.02) in right and len(right) < 24
    assert not any(valid for _, _, changes, valid in verdicts if changes.keys() & {"states", "steps"})


@pytest.mark.slow
@needs_ocaml
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("verified")
def test_a_proof_of_rounded_states_is_verified_from_its_files(called, tmp_path):
    save_net(*fading_switch([0.9], 0.05), tmp_path / "run")
    assert prove_rounded(tmp_path / "run", 3).verdict == "PROVED ROUNDED"
    given = ("check", str(tmp_path / "run" / "rounded-certificate.json"), "--weights", str(tmp_path / "run" / "model.safetensors"))
    done = called(*given, "--verified", "--json")
    assert (done.code, json.loads(done.stdout)["verified"]) == (0, True)


@pytest.mark.slow
@needs_coq
@pytest.mark.timeout(1800)
def test_the_kernel_accepts_that_a_net_with_rounded_states_is_right_in_float32(library, tmp_path):
    files, proof = rounded_switch(tmp_path / "run", 3, 1e-5)
    net = tmp_path / "net"
    done = proved_of(files, proof, library, net)
    assert done.returncode == 0 and "writes_as writes 3 machine" in done.stdout, done.stderr
    assert axioms_of(done.stdout) == AXIOMS
    assert "always_writes_rounded net (fraction_bits certificate)" in (net / "Proved.v").read_text()
    done = compiled(library, net, "Float32")
    assert done.returncode == 0 and "writes_as writes32 3 machine" in done.stdout, done.stderr
    assert axioms_of(done.stdout) == AXIOMS
    for number, changes in enumerate(({"states": proof["states"] + 1}, {"eta": (3.0).hex()})):
        assert proved_of(files, proof | changes, library, tmp_path / str(number)).returncode != 0
    proved_of(files, proof | {"epsilon": (1e-12).hex()}, library, tmp_path / "too-small")  # less than the errors of a step
    done = compiled(library, tmp_path / "too-small", "Float32")
    assert done.returncode != 0 and "covers" in done.stderr


def test_a_proof_of_rounded_states_is_stated_as_one(tmp_path):
    prove_rounded(save_net(drifting_net(12), task_named("count"), tmp_path / "run"), 3)
    made = formalise(tmp_path / "run", tmp_path / "theorem")
    assert made.statement.startswith(
        "the net, each number of its state rounded to a multiple of 1/8 at every step, reads the digits of n"
    )
    given = (tmp_path / "theorem" / "net" / "Given.v").read_text()
    assert "fraction_bits := 3" in given and "rounded_certificate" in given
    assert "always_writes_rounded" in (tmp_path / "theorem" / "net" / "Proved.v").read_text()
    assert "always_writes32_rounded" in (tmp_path / "theorem" / "net" / "Float32.v").read_text()


def test_one_of_several_proofs_is_asked_for_by_its_name(tmp_path, called):
    run = tmp_path / "run"
    assert prove(save_net(counting_net(), task_named("count"), run)).verdict == PROVED
    assert PROOFS == NAMES_OF_PROOFS
    for proof in PROOFS[1:]:
        done = called("formalise", str(run), "--out", str(tmp_path / proof), "--proof", proof)
        assert (done.code, done.stderr.count("\n")) == (2, 1) and "the run has only: all" in done.stderr
    assert prove_rounded(run, 1).verdict == "PROVED ROUNDED"
    assert "rounded" not in formalise(run, tmp_path / "first").statement
    assert formalise(run, tmp_path / "all", proof="all").statement.startswith("the net reads")
    done = called("formalise", str(run), "--out", str(tmp_path / "rounded"), "--proof", "rounded", "--json")
    assert "rounded to a multiple of 1/2 at every step" in json.loads(done.stdout)["statement"]
    assert "rounded_certificate" in (tmp_path / "rounded" / "net" / "Given.v").read_text()
    with pytest.raises(InputError, match="leave it out"):
        formalise(run, tmp_path / "none", proof="exact")


def ellipsoids_of_short_words() -> tuple[int, Files, dict]:
    """The plainly trained net's proof without one step, as late as possible; and the most symbols of which it speaks then."""
    files = files_in(ELLIPSOIDS)
    proof = files.top["proofs"][0]
    steps = steps_to_nodes(proof)
    entered = Counter(after for node in proof["nodes"] for after in set(node["next"]))
    most, last = max((steps[at], at) for at, node in enumerate(proof["nodes"]) if entered[node["next"][9]] > 1)
    nodes = [node | ({"next": [*node["next"][:9], -1]} if at == last else {}) for at, node in enumerate(proof["nodes"])]
    return most, of_steps(files, most), proof | {"nodes": nodes}


def of_steps(files: Files, steps: int) -> Files:
    """The same certificate about words of so many symbols at most."""
    return files._replace(top=files.top | {"words": {"steps": steps}})


def halved_proof(proof: dict) -> dict:
    """The proof with ellipsoids of half their size."""
    nodes = [node | {"region": {"ellipsoid": halved(node["region"]["ellipsoid"])}} for node in proof["nodes"]]
    return proof | {"nodes": nodes}


def whole_ellipsoids(proof: dict) -> dict:
    """The proof whose ellipsoids are not cut, under no number format: Python finds a box of all states for a sound claim only."""
    nodes = [
        node | {"weights": [step[0] if isinstance(step[0], list) else step for step in node["weights"]]} for node in proof["nodes"]
    ]
    return {name: value for name, value in proof.items() if name != "slices"} | {"nodes": nodes, "formats": []}


def halved(ellipsoid: dict) -> dict:
    """An ellipsoid of half the extent: the states of the next step are not all in it."""
    return ellipsoid | {"shape": [[number // 2 for number in row] for row in ellipsoid["shape"]]}


def test_a_missing_tool_is_told_in_one_line(called, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("anylength.formal.checker.shutil.which", lambda tool: None)
    done = called("check", str(SMALLEST / "certificate.json"), "--weights", str(SMALLEST / "model.safetensors"), "--verified")
    assert (done.code, done.stderr.count("\n")) == (2, 1)
    assert "apt-get install" in done.stderr
