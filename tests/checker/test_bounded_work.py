"""Hostile files are refused in little time and memory, whatever their size: cheap checks come first."""

import hashlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import cells
import pytest
from handmade import safetensors, seal, with_header

from anylength_check.certificate import CERTIFICATE_LIMIT
from anylength_check.strict import COMMA_LIMIT
from anylength_check.weights import WEIGHTS_LIMIT

SRC = Path(__file__).parents[2] / "src"
SECONDS, MEGABYTES = 60, 500  # of processor time and of memory, for one check; 3 s were measured, and two to five times less memory
USUAL = 32 << 20  # bytes; nearly all certificates have less. For the longest that are read there are other bounds:
MOST_SECONDS, MOST_MEGABYTES = 200, 3000
HUGE_FLOAT = struct.pack("<f", 3e38)  # the float32 that makes the largest integers
MEASURED = f"""
import resource, sys
sys.path.insert(0, {str(SRC)!r})
from anylength_check.__main__ import main
code = main(sys.argv[1:])
memory = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
usage = resource.getrusage(resource.RUSAGE_SELF)
print(int(memory.split()[1]) / 1000, usage.ru_utime + usage.ru_stime)
sys.exit(code)
"""


def checked(certificate, weights, most_seconds=SECONDS, most_megabytes=MEGABYTES):
    """The exit code and the lines of a check in a process of its own, which keeps within the bounds."""
    done = subprocess.run([sys.executable, "-I", "-c", MEASURED, certificate, weights], capture_output=True, text=True, timeout=300)
    *lines, measured = done.stdout.splitlines()
    megabytes, seconds = map(float, measured.split())
    assert megabytes <= most_megabytes
    assert seconds <= most_seconds
    return done.returncode, lines + done.stderr.splitlines()


def repeated(item, size=USUAL):
    """A JSON list of as many items as fit."""
    return b"[" + item * (size // len(item) - 1) + b"0]"


def nodes_within_the_limit(original):
    """The certificate with as many copies of a node as are allowed, or as fit the file."""
    proof = original["proofs"][0]
    count = min(99_000, (USUAL - 10_000) // (len(json.dumps(proof["nodes"][0])) + 2))
    return original | {"proofs": [proof | {"nodes": proof["nodes"][:1] * count}]}


HOSTILE = {
    "a list of zeros": lambda _: repeated(b"0,"),
    "a list of long numbers": lambda _: repeated(b"999999999,"),
    "a list of empty strings": lambda _: repeated(b'"",'),
    "a list of empty lists": lambda _: repeated(b"[],", 2_900_000),
    "a list of objects": lambda _: repeated(b'{"a":0},', 5_300_000),
    "one integer": lambda _: b"[" + b"9" * (USUAL - 2) + b"]",
    "one string": lambda _: b'["' + b"a" * (USUAL - 4) + b'"]',
    "brackets": lambda _: b"[" * USUAL,
    "nested lists": lambda _: b"[" * 1_000_000,
    "nested objects": lambda _: b'{"a":' * 400_000,
    "zeros in a row of next": lambda original: (
        json.dumps(original).encode().replace(b'"next": [', b'"next": [' + b"0," * (1 << 24), 1)
    ),
    "99,000 nodes, wrong digest": lambda original: json.dumps(nodes_within_the_limit(original)).encode(),
    "99,000 nodes, right digest": lambda original: json.dumps(seal(nodes_within_the_limit(original))).encode(),
}


LONG = ("a list of long numbers", "a list of objects", "99,000 nodes, right digest")
"""Cases of more than a second, left to the slow set."""


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=pytest.mark.slow) if kind in LONG else kind for kind in HOSTILE])
def test_a_hostile_certificate_is_refused(tmp_path, tiny, kind):
    net, original = tiny
    (tmp_path / "c").write_bytes(HOSTILE[kind](original))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    code, lines = checked(tmp_path / "c", tmp_path / "w")
    assert (code, len(lines)) == (4, 1) and lines[0].startswith("REJECTED: ")


LONGEST = {
    "too large": lambda: b" " * (CERTIFICATE_LIMIT + 1),
    "zeros": lambda: repeated(b"0,", CERTIFICATE_LIMIT),
    "as many long numbers as are read": lambda: repeated(b"999999999,", 10 * COMMA_LIMIT),
    "as many long strings as are read": lambda: repeated(b'"0123456789012345678901234567",', CERTIFICATE_LIMIT),
    "one integer": lambda: b"[" + b"9" * (CERTIFICATE_LIMIT - 2) + b"]",
    "one string": lambda: b'["' + b"a" * (CERTIFICATE_LIMIT - 4) + b'"]',
    "one string of wide letters": lambda: b'["' + b"a" * (CERTIFICATE_LIMIT // 2) + "\N{GRINNING FACE}".encode() + b'"]',
    "brackets": lambda: b"[" * CERTIFICATE_LIMIT,
}
"""About as long as a file may be, or longer."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", LONGEST)
def test_the_longest_hostile_certificates_are_refused(tmp_path, tiny, kind):
    (tmp_path / "c").write_bytes(LONGEST[kind]())
    (tmp_path / "w").write_bytes(safetensors(tiny[0].tensors()))
    code, lines = checked(tmp_path / "c", tmp_path / "w", MOST_SECONDS, MOST_MEGABYTES)
    (tmp_path / "c").unlink()
    assert (code, len(lines)) == (4, 1) and lines[0].startswith("REJECTED: ") and len(lines[0]) < 600


def largest_weights():
    """The header and the body of the largest weights of an lstm that are read."""
    rows, hidden = 4096, 1024
    inputs = (WEIGHTS_LIMIT - 2000 - 4 * (rows * hidden + rows + 2 * hidden + 2)) // (4 * rows)
    shapes = {"cell.weight_ih": [rows, inputs], "cell.weight_hh": [rows, hidden], "cell.bias": [rows]}
    shapes |= {"readout.weight": [2, hidden], "readout.bias": [2]}
    header, end = {}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 4 * shape[0] * (shape[1] if len(shape) == 2 else 1)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [begin, end]}
    return header, HUGE_FLOAT * (end // 4)


def sha256(header, body):
    digest = hashlib.sha256()
    for name, entry in sorted(header.items()):
        begin, end = entry["data_offsets"]
        digest.update(f"{name}\0F32\0{','.join(map(str, entry['shape']))}\0".encode() + body[begin:end])
    return digest.hexdigest()


@pytest.mark.parametrize("right", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_largest_weights_are_refused(tmp_path, tiny, right):
    """With a wrong SHA-256 before a number is read, with the right one once it is found that the claim does not fit."""
    header, body = largest_weights()
    sha = sha256(header, body) if right else tiny[1]["tensors"]
    symbols = header["cell.weight_ih"]["shape"][1]
    fields = tiny[1] | {"program": cells.program_of("lstm", False, symbols, 1024, 2), "tensors": sha}
    fields["encoding"] = {"base": symbols, "tapes": 1}
    fields["machine"] = {"start": 0, "delta": [[0] * symbols] * 2, "output": [[0] * symbols] * 2}
    (tmp_path / "c").write_text(json.dumps(seal(fields)))
    (tmp_path / "w").write_bytes(with_header(json.dumps(header), body))
    code, lines = checked(tmp_path / "c", tmp_path / "w")
    assert (code, len(lines)) == (4, 1)
    assert ("the claim is not the sentence" if right else "tensors is not the SHA-256") in lines[0]


@pytest.mark.parametrize("body", [b'{"a":[' + b"0," * (1 << 19), b'{"__metadata__":' + b'{"a":' * (1 << 18), b"{" * (1 << 21)])
def test_a_hostile_header_of_weights_is_refused(tmp_path, tiny, body):
    (tmp_path / "c").write_text(json.dumps(tiny[1]))
    for length in (1 << 20, 1 << 62):
        (tmp_path / "w").write_bytes(length.to_bytes(8, "little") + body)
        code, lines = checked(tmp_path / "c", tmp_path / "w")
        assert (code, len(lines)) == (4, 1)


def fifo(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def folder(path):
    path.mkdir()


def sparse(path):
    with path.open("wb") as file:
        file.truncate(1 << 40)


@pytest.mark.parametrize("kind", [fifo, device, folder, sparse])
@pytest.mark.parametrize("which", ["c", "w"])
def test_only_regular_files_are_read_and_only_up_to_the_limit(tmp_path, tiny, kind, which):
    net, original = tiny
    (tmp_path / "c").write_text(json.dumps(original))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    (tmp_path / which).unlink()
    kind(tmp_path / which)
    code, lines = checked(tmp_path / "c", tmp_path / "w")
    assert (code, len(lines)) == (4 if kind is sparse else 2, 1)


def test_a_link_to_a_file_is_read(tmp_path, tiny):
    net, original = tiny
    (tmp_path / "real").write_text(json.dumps(original))
    (tmp_path / "w").write_bytes(safetensors(net.tensors()))
    (tmp_path / "c").symlink_to("real")
    assert checked(tmp_path / "c", tmp_path / "w")[0] == 0
