"""The routes of the server. Every error is JSON: expected, got, remedy."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from anylength import experiments
from anylength.errors import InputError, quoted
from anylength.server import limits
from anylength.server.assets import assets
from anylength.server.choices import choices
from anylength.server.middleware import Receive, RefusedError, Scope, SecurityMiddleware, Send
from anylength.server.run_service import RunService, in_thread
from anylength.server.site_pages import SitePages
from anylength.server.train_request import TrainRequest
from anylength.web import page_policy, render_playground, render_waiting

REPORT_SANDBOX = "frame-ancestors 'none'; sandbox allow-scripts allow-forms allow-downloads"
"""Added to a report's own content policy. The report gets an origin of its own, so it cannot send requests to this server.
Its forms are handled by its own scripts."""


class Routes:
    """The routes of one `RunService`."""

    def __init__(self, run_service: RunService, token: str, closing: Callable[[], bool], site: SitePages) -> None:
        self._service, self._token, self._closing, self._site = run_service, token, closing, site
        self._assets, self.streams = assets(), 0
        self._choices: bytes | None = None

    @cached_property
    def _reports(self) -> asyncio.Semaphore:
        return asyncio.Semaphore(limits.MAX_REPORTS)

    def application(self) -> Starlette:
        """The application without its middleware."""
        routes = [
            Route("/", self.index),
            Route("/assets/{name:path}", self.asset),
            Route("/site/{name}", self.site),
            Route("/api/choices", self.choices),
            Route("/api/runs", self.runs, methods=["GET"]),
            Route("/api/runs", self.train, methods=["POST"]),
            Route("/api/runs/{name}", self.run),
            Route("/api/runs/{name}/words", self.words),
            Route("/api/runs/{name}/events", self.events),
            Route("/api/runs/{name}/stop", self.stop, methods=["POST"]),
            Route("/api/runs/{name}/resume", self.resume, methods=["POST"]),
            Route("/runs/{name}/report", self.report),
            Route("/compare", self.compare),
        ]
        handlers: dict[Any, Callable[..., Awaitable[Response]]] = {
            RefusedError: _refused,
            InputError: _bad_input,
            HTTPException: _http_error,
            ClientDisconnect: _client_left,
            Exception: _internal_error,
        }
        return Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        del app
        await self._service.open()
        try:
            yield
        finally:
            await self._site.close()
            await self._service.job_queue.close()

    async def index(self, request: Request) -> Response:
        """The page, with the token of this server process."""
        del request
        return HTMLResponse(await in_thread(render_playground, self._token))

    async def asset(self, request: Request) -> Response:
        """One of the page's files."""
        name = request.path_params["name"]
        asset = self._assets.get(name)
        if asset is None:
            raise RefusedError(404, InputError("a file of the page", quoted(name), "load the page again"))
        return Response(asset.content, headers={"content-type": asset.kind, "cache-control": "no-cache"})

    async def site(self, request: Request) -> Response:
        """A file of the static site; a page that waits for it while it is being made."""
        asset = self._site.file(request.path_params["name"])
        if asset is None:
            return HTMLResponse(await in_thread(render_waiting))
        return Response(asset.content, headers={"content-type": asset.kind, "cache-control": "no-cache"})

    async def choices(self, request: Request) -> Response:
        """The choices for the page's controls."""
        del request
        if self._choices is None:
            self._choices = msgspec.json.encode(await in_thread(choices))
        return _json(self._choices)

    async def runs(self, request: Request) -> Response:
        """The gallery."""
        del request
        return _json({"runs": await self._service.rows()})

    async def run(self, request: Request) -> Response:
        """One run with everything in its folder."""
        name = request.path_params["name"]
        path, status = await self._service.path(name), await self._service.status(name)
        async with self._reports:
            run = await in_thread(experiments.run_view, path, name)
        return _json({"status": status, "run": run})

    async def words(self, request: Request) -> Response:
        """The sentences about the results of a run."""
        path = await self._service.path(request.path_params["name"])
        return _json(await in_thread(lambda: experiments.run_words(experiments.Run(path))))

    async def report(self, request: Request) -> Response:
        """The report of a run."""
        return await self._report([request.path_params["name"]])

    async def compare(self, request: Request) -> Response:
        """The report of several runs side by side: those named by `run` in the address."""
        names = request.query_params.getlist("run")
        if not 2 <= len(names) <= experiments.MOST_RUNS:
            expected = f"2 to {experiments.MOST_RUNS} runs to compare"
            raise InputError(expected, str(len(names)), "choose them in the gallery")
        return await self._report(names)

    async def _report(self, names: list[str]) -> Response:
        paths = [await self._service.path(name) for name in names]
        async with self._reports:
            text = await in_thread(experiments.report_html, paths)
        return HTMLResponse(text, headers={"content-security-policy": f"{page_policy('report')}; {REPORT_SANDBOX}"})

    async def train(self, request: Request) -> Response:
        """Starts a training."""
        train_request = TrainRequest.of(await request.body())
        name, status, new = await self._service.train(train_request)
        return _json({"name": name, "status": status}, 201 if new else 200)

    async def stop(self, request: Request) -> Response:
        """Stops a run."""
        return await self._changed(request, self._service.stop)

    async def resume(self, request: Request) -> Response:
        """Continues a run."""
        return await self._changed(request, self._service.resume)

    async def _changed(self, request: Request, change: Callable[[str], Awaitable[str]]) -> Response:
        await request.body()
        name = request.path_params["name"]
        return _json({"name": name, "status": await change(name)})

    async def events(self, request: Request) -> "Response | CountedResponse":
        """The events of a run after `Last-Event-ID`."""
        log = await self._service.log(request.path_params["name"])
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        if self.streams >= limits.MAX_STREAMS:
            got = InputError(f"at most {limits.MAX_STREAMS} open streams", "one more", "close some of the pages")
            raise RefusedError(503, got, {"retry-after": "5"})
        self.streams += 1
        text = log.stream(log.position_after(request.headers.get("last-event-id")), self._closing)
        return CountedResponse(StreamingResponse(text, media_type="text/event-stream"), self._stream_ended)

    def _stream_ended(self) -> None:
        self.streams -= 1


@dataclass(frozen=True)
class CountedResponse:
    """A response that calls `ended` when it ends, even after an error."""

    response: Response
    ended: Callable[[], None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the response."""
        try:
            await self.response(scope, receive, send)
        finally:
            self.ended()


def protected_application(
    run_service: RunService, token: str, port: int, closing: Callable[[], bool] = lambda: False, site: SitePages | None = None
) -> SecurityMiddleware:
    """The application behind its middleware. `site`: the pages of the static site, unless they are made as usual."""
    hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost"))
    return SecurityMiddleware(Routes(run_service, token, closing, site or SitePages()).application(), token, hosts)


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = content if isinstance(content, bytes) else msgspec.json.encode(content)
    return Response(body, status, headers, "application/json")


async def _refused(request: Request, error: RefusedError) -> Response:
    del request
    return _json({"error": str(error)}, error.status, error.headers)


async def _bad_input(request: Request, error: InputError) -> Response:
    del request
    return _json({"error": str(error)}, 400)


async def _http_error(request: Request, error: HTTPException) -> Response:
    got = InputError("a page of this server", f"{request.method} {quoted(request.url.path)}", "open / for the page")
    return _json({"error": str(got)}, error.status_code, dict(error.headers or {}))


async def _client_left(request: Request, error: ClientDisconnect) -> Response:
    del request, error
    return Response(status_code=400)


async def _internal_error(request: Request, error: Exception) -> Response:
    sys.stderr.write(f"anylength: {request.method} {request.url.path}: {type(error).__name__}: {error}\n")
    return _json({"error": "expected an answer, got an internal error: see the messages of the server"}, 500)
