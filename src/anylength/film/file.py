"""The film of a run, `film.jsonl`: one frame a line, each update once and in order."""

from pathlib import Path

from anylength.errors import InputError
from anylength.files import Folder
from anylength.records import Frame

FILM = "film.jsonl"
"""The file in the run folder."""

MAX_FILM_BYTES = 64 << 20
"""A longer film is refused. The films that anylength makes have a few MiB."""


def frames_in(path: Path) -> list[Frame]:
    """The frames of a run folder. A line that a crash has cut short and all lines after it are skipped.

    Raises:
        InputError: The film is too long, or no regular file.
    """
    return _frames(Folder(path).read(FILM, limit=MAX_FILM_BYTES) or b"")


def repaired_film(path: Path) -> list[Frame]:
    """The frames of a run folder. The file then holds exactly these frames, so that more can be appended.

    Raises:
        InputError: The film is too long, or no regular file; the disk is full or the folder cannot be written.
    """
    folder = Folder(path)
    content = folder.read(FILM, limit=MAX_FILM_BYTES)
    frames = _frames(content or b"")
    whole = "".join(f"{frame.to_json()}\n" for frame in frames).encode()
    if content is not None and content != whole:
        folder.write(FILM, whole)
    return frames


def append_frame(path: Path, frame: Frame) -> None:
    """Appends a frame to the film of a run folder.

    Raises:
        InputError: The film is no regular file; the disk is full or the folder cannot be written.
    """
    Folder(path).append(FILM, f"{frame.to_json()}\n".encode())


def _frames(content: bytes) -> list[Frame]:
    frames: list[Frame] = []
    for line in content.split(b"\n")[:-1]:
        try:
            frame = Frame.from_json(line, FILM)
        except InputError:
            break
        if not frames or frame.update > frames[-1].update:
            frames.append(frame)
    return frames
