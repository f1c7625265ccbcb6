"""Weights in files beside an ONNX file, as PyTorch's exporter writes them: read into the model.

Only regular files in the model's own folder are read. The file and its neighbours together are as bounded as one file.
"""

from pathlib import Path
from typing import Any

from anylength.base import Folder, InputError, quoted
from anylength.nets.weights import MAX_WEIGHTS_BYTES

ONE_FILE = "write it as one file: torch.onnx.export(..., external_data=False), or onnx.save(model, path)"


def read_external_weights(model: Any, path: Path) -> None:
    """Reads the initialisers of the model's graph that lie in other files.

    Raises:
        InputError: A file is missing, lies in another folder, is a link or no regular file, or does not hold the tensor; or the
            files or the tensors are larger than one weights file may be.
    """
    folder, files, left = Folder(path.parent), dict[str, bytes](), MAX_WEIGHTS_BYTES
    for tensor in model.graph.initializer:
        if tensor.data_location == 0 and not len(tensor.external_data):
            continue
        entries = {entry.key: entry.value for entry in tensor.external_data}
        name = entries.get("location", "")
        if name not in files:
            files[name] = _read(folder, name, tensor.name, MAX_WEIGHTS_BYTES - sum(map(len, files.values())))
        tensor.raw_data = _part(files[name], entries, tensor.name, name)
        left -= len(tensor.raw_data)
        if left < 0:
            raise InputError(f"weights of at most {MAX_WEIGHTS_BYTES >> 20} MiB", "more", "export a smaller net")
        tensor.ClearField("data_location")
        del tensor.external_data[:]


def _read(folder: Folder, name: str, tensor: str, limit: int) -> bytes:
    """The bytes of a file in the folder.

    Raises:
        InputError: It is none, or too long.
    """
    expected = f"the weights {quoted(tensor)} in a file beside the model"
    if name in ("", ".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise InputError(expected, f"the location {quoted(name)}", ONE_FILE)
    content = folder.read(name, limit=limit)
    if content is None:
        raise InputError(expected, f"no file {quoted(name)} there", f"copy it there, or {ONE_FILE}")
    return content


def _part(content: bytes, entries: dict[str, str], tensor: str, name: str) -> bytes:
    """The bytes of a tensor.

    Raises:
        InputError: The file has no such bytes.
    """
    offset, length = entries.get("offset", "0"), entries.get("length", "")
    digits = all(text.isascii() and text.isdigit() and len(text) < 16 for text in (offset, length or "0"))
    first = int(offset) if digits else -1
    last = first + int(length) if digits and length else len(content)
    if not 0 <= first <= last <= len(content):
        got = f"offset {quoted(offset)} and length {quoted(length)} of {len(content):,} bytes"
        raise InputError(f"the weights {quoted(tensor)} in {quoted(name)}", got, "the file is damaged, or of another export")
    return content[first:last]
