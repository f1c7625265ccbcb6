"""The film of a run, `film.jsonl`: one frame a line, each update once and in order."""

from pathlib import Path

from anylength.errors import InputError
from anylength.files import append_line, write_atomic
from anylength.records import Frame

FILM = "film.jsonl"
"""The file in the run folder."""


def frames_in(path: Path) -> list[Frame]:
    """The frames of a run folder. A line that a crash has cut short and all lines after it are skipped."""
    file, frames = path / FILM, []
    if not file.is_file():
        return []
    for line in file.read_bytes().split(b"\n")[:-1]:
        try:
            frame = Frame.from_json(line, FILM)
        except InputError:
            break
        if not frames or frame.update > frames[-1].update:
            frames.append(frame)
    return frames


def repaired_film(path: Path) -> list[Frame]:
    """The frames of a run folder. The file then holds exactly these frames, so that more can be appended.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    frames = frames_in(path)
    whole = "".join(f"{frame.to_json()}\n" for frame in frames).encode()
    if (path / FILM).is_file() and (path / FILM).read_bytes() != whole:
        write_atomic(path / FILM, whole)
    return frames


def append_frame(path: Path, frame: Frame) -> None:
    """Appends a frame to the film of a run folder.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    append_line(path / FILM, frame.to_json())
