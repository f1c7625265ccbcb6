"""The film of a run: `film.jsonl` in its folder, a frame a line, each update once and in order."""

from pathlib import Path

from anylength.errors import InputError
from anylength.experiments.files import append_line, write_atomic
from anylength.records import Frame

FILM = "film.jsonl"


def film_of(path: Path) -> list[Frame]:
    """The frames of a run, none where it has no film. A last line that a crash has torn, and all after it, is left out."""
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


def mended(path: Path) -> list[Frame]:
    """The same, and the file then holds just these frames, so that more can be added.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    frames = film_of(path)
    whole = "".join(f"{frame.to_json()}\n" for frame in frames).encode()
    if (path / FILM).is_file() and (path / FILM).read_bytes() != whole:
        write_atomic(path / FILM, whole)
    return frames


def add_frame(path: Path, frame: Frame) -> None:
    """Adds a frame at the film's end.

    Raises:
        InputError: The disk is full or the folder cannot be written.
    """
    append_line(path / FILM, frame.to_json())
