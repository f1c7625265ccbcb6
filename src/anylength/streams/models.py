"""What can be audited: an ONNX file, a function or object in a Python file, a step, a PyTorch module."""

import importlib
import importlib.util
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import msgspec

from anylength.base import InputError, brief, one_line
from anylength.streams.black_box import BlackBoxNet, Fed
from anylength.streams.feeding import Feeding, Profile, profile_of, read_profile, with_options
from anylength.streams.net import StreamNet
from anylength.streams.step_net import StepNet


class Model(msgspec.Struct, frozen=True):
    """A net that is ready to be audited.

    Attributes:
        net: The net.
        feeding: How it is fed.
        name: Its file or function.
        title: Name of its profile.
        digest: SHA-256 of its file.
    """

    net: StreamNet | BlackBoxNet
    feeding: Feeding
    name: str
    title: str | None = None
    digest: str | None = None


def read_model(model: Any, profile: str | None, options: dict[str, Any], start: Any = None) -> Model:
    """Reads a model.

    Args:
        model: The path of an ONNX file; `FILE.py:NAME` or `MODULE:NAME` of a Python object; or such an object: a step, or a class
            that makes objects with a method `feed`. An object's attribute `feeding` says how it is fed; a step's attribute
            `start`, or `start`, is its state after a reset, and its attribute `front_end` the part without state.
        profile: The name or file of a profile. None: found by the names and shapes of inputs and outputs.
        options: Fields of `Feeding` that were given; None where not.
        start: The state after a reset, of a step.

    Raises:
        InputError: The model cannot be read, or nothing says how it is fed.
    """
    if isinstance(model, str | Path) and str(model).endswith(".onnx"):
        return _onnx(Path(model), profile, options)
    if isinstance(model, str | Path) and Path(model).is_dir():
        remedy = "a run's task knows every answer at every length: anylength stress, explain or prove"
        raise InputError("an ONNX file, FILE.py:NAME or MODULE:NAME", f"the folder {model}", remedy)
    name = str(model) if isinstance(model, str | Path) else getattr(model, "__name__", type(model).__name__)
    found, digest = _python(str(model)) if isinstance(model, str | Path) else (model, None)
    feeding = _feeding(getattr(found, "feeding", None), None if profile is None else read_profile(profile), options, name)
    begin = getattr(found, "start", None) if start is None else start
    if begin is not None:
        return Model(StepNet(getattr(found, "step", found), begin, getattr(found, "front_end", None)), feeding, name, None, digest)
    if not callable(found):
        raise InputError("a step with a start state, or a class with a method feed", brief(found), "see docs/how-to/audit.md")
    return Model(BlackBoxNet(cast("Callable[[], Fed]", found)), feeding, name, None, digest)


def _onnx(path: Path, profile: str | None, options: dict[str, Any]) -> Model:
    try:
        from anylength.streams import onnx_graph
        from anylength.streams.onnx_calls import exposed
        from anylength.streams.onnx_net import OnnxNet
    except ImportError:
        raise InputError("the extra `audit`", "no onnxruntime", "pip install '.[audit]'") from None
    model = onnx_graph.load(path)
    known = profile_of(onnx_graph.signature(onnx_graph.inputs_of(model)), onnx_graph.signature(list(model.graph.output)))
    found = read_profile(profile) if profile is not None else None if known is None else known[1]
    feeding = _feeding(None, found, options, path.name)
    if feeding.sequences:
        whole = exposed(model)
        if whole is None:
            raise InputError("an LSTM, GRU or RNN operator that goes forward", f"none in {path.name}", "leave --sequences out")
        model, feeding = whole[0], with_options(feeding, {"state": whole[1]})
    title = None if found is None else found.title
    return Model(OnnxNet(model, feeding), feeding, str(path), title, sha256(path.read_bytes()).hexdigest())


def _feeding(own: Feeding | None, profile: Profile | None, options: dict[str, Any], name: str) -> Feeding:
    if profile is not None:
        return with_options(profile.feeding_at(options.get("rate")), options)
    if own is not None:
        if not isinstance(own, Feeding):
            raise InputError(
                "an anylength.streams.Feeding as the attribute feeding", brief(own), "say feeding = Feeding(rate=…, frame=…)"
            )
        return with_options(own, options)
    if options.get("rate") is None or options.get("frame") is None:
        raise InputError("how the net is fed", f"no profile for {name}", "pass --rate and --frame, or --profile")
    return Feeding(**{key: value for key, value in options.items() if value is not None})


def _python(text: str) -> tuple[Any, str | None]:
    """The object of `FILE.py:NAME` or `MODULE:NAME`, and the SHA-256 of its file, where it has one."""
    place, _, name = text.rpartition(":")
    if not place or not name:
        raise InputError("an ONNX file, FILE.py:NAME or MODULE:NAME", repr(text), "check the path")
    try:
        module = _file_module(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        file = getattr(module, "__file__", None)
        return getattr(module, name), None if file is None else sha256(Path(file).read_bytes()).hexdigest()
    except (ImportError, OSError, AttributeError) as error:
        raise InputError(f"an object {name} in {place}", one_line(str(error)), "check the path and the name") from None


def _file_module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.exists():
        raise ImportError(f"no file {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
