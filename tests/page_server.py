"""A server of the page in a thread of the tests, with fake workers."""

import asyncio
import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from by_hand import counting_net

from anylength.experiments import Run, layout
from anylength.nets import NetConfig, to_bytes
from anylength.records import Epoch, Training
from anylength.server.app import protected_application
from anylength.server.middleware import SecurityMiddleware
from anylength.server.run_service import RunService
from anylength.server.serving import Server, listening_socket, settings
from anylength.server.site_pages import SitePages
from anylength.server.worker_pair import OnEvent, Outcome
from tests.patience import PATIENCE

TOKEN = "a token of the tests"

SMALL = {"task": "count", "recipe": "blog", "data": "hundred", "hidden": 2}
"""A training that takes no time."""

WAIT = PATIENCE


KEY = b"a key of the tests"

ENDLESS, ENDLESS_TESTS, ERROR, DEAD = 7, 6, 8, 9
"""Seeds of runs that a fake worker pair trains until it is stopped, tests until it is stopped, fails on, and dies of."""


class FakeWorkers:
    """A worker pair without processes: it trains three epochs at once, apart from the seeds above."""

    loaded = True

    def __init__(self) -> None:
        self.broken, self._stop = False, asyncio.Event()

    async def work(self, path: Path, on_event: OnEvent) -> Outcome:
        self._stop.clear()
        on_event("status", '{"status":"training","message":null}')
        config = Run(path).config
        if config.seed == ENDLESS_TESTS:
            on_event("status", '{"status":"testing","message":null}')
        if config.seed in (ENDLESS, ENDLESS_TESTS):
            await self._stop.wait()
            return Outcome("stopped")
        if config.seed == ERROR:
            raise RuntimeError("the workers collapse")
        if config.seed == DEAD:
            self.broken = True
            return Outcome("failed", "the training process has ended")
        for number in (1, 2, 2, 3):
            on_event("epoch", epoch(number).to_json())
        with open(path / layout.METRICS, "w") as file:
            file.writelines(f"{epoch(number).to_json()}\n" for number in (1, 2, 3))
        net = NetConfig(task_name="count", base=10, cell="rnn", hidden=20)
        (path / layout.MODEL).write_bytes(to_bytes(counting_net(), net))
        Run(path).save(Training(epochs=3, train_accuracy=1, validation_accuracy=1, seconds=1, parameters=9))
        return Outcome("done")

    def stop(self) -> None:
        self._stop.set()

    async def ready(self) -> None:
        pass

    async def close(self) -> None:
        pass


def epoch(number: int) -> Epoch:
    return Epoch(epoch=number, loss=0.1, train_accuracy=1, validation_accuracy=1, train_digits=1, validation_digits=1, seconds=0.1)


@dataclass
class Site:
    """A server in a thread."""

    root: Path
    port: int
    app: SecurityMiddleware
    run_service: RunService
    server: Server

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the server."""
        return self.run_service.job_queue.loop

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request of its own connection; `no_…` leaves a header out."""
        named = {"Host": f"127.0.0.1:{self.port}"}
        if method == "POST":
            named |= {"Origin": self.origin, "X-Token": TOKEN, "Content-Type": "application/json"}
        named |= {name.replace("_", "-"): value for name, value in headers.items() if value != "none"}
        named = {name: value for name, value in named.items() if headers.get(name.replace("-", "_")) != "none"}
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)) as connection:
            connection.putrequest(method, path, skip_host=True)
            for name, value in named.items():
                connection.putheader(name, value)
            if content is not None:
                connection.putheader("Content-Length", str(len(content)))
            connection.endheaders(content)
            found = connection.getresponse()
            return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read()

    def json(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        status, _, content = self.ask(method, path, body, **headers)
        return status, json.loads(content)

    def raw(self, request: bytes) -> bytes:
        """What comes back for bytes of any kind."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(request)
            return connection.recv(65_536)


@contextlib.contextmanager
def serving(root: Path, key: bytes = KEY, site: SitePages | None = None) -> Iterator[Site]:
    """A server with fake workers. `site`: its pages of the static site."""

    async def open_workers() -> FakeWorkers:
        return FakeWorkers()

    with listening_socket(0) as listener:
        port = listener.getsockname()[1]
        run_service = RunService(root, key, open_workers)
        app = protected_application(run_service, TOKEN, port, closing=lambda: server.should_exit, site=site)
        server = Server(settings(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started)
            yield Site(root, port, app, run_service, server)
        finally:
            server.should_exit = True
            thread.join(WAIT)
    assert not thread.is_alive()


def until(holds: Callable[[], bool], seconds: float = WAIT) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def events_of(text: bytes) -> list[tuple[int, str, Any]]:
    """(id, event, data) of a stream's text."""
    found = re.findall(r"id: (\d+)\nevent: (\w+)\ndata: (.*)\n\n", text.decode())
    return [(int(number), event, json.loads(data)) for number, event, data in found]


def stream(site: Site, name: str, last: int | None = None) -> list[tuple[int, str, Any]]:
    status, headers, content = site.ask("GET", f"/api/runs/{name}/events", **({} if last is None else {"Last-Event-ID": str(last)}))
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    return events_of(content)


def fresh(site: Site, seed: int, **more: Any) -> str:
    """A new training's name."""
    status, found = site.json("POST", "/api/runs", {**SMALL, "seed": seed, **more})
    assert status == 201, found
    return found["name"]
