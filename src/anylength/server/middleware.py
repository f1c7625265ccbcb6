"""The guard in front of all routes: who may ask, how, and how much; and what every answer says about itself.

A plain ASGI wrapper. It refuses other hosts' names (DNS rebinding), other pages' origins, changing requests without the token of
this start, and bodies that are too long, before anything else sees the request.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import msgspec

from anylength.errors import InputError, quoted
from anylength.server import limits

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""On every answer that does not say otherwise."""

READING, CHANGING = ("GET", "HEAD"), ("POST",)


class RefusedError(Exception):
    """A request that is refused: its status, and why."""

    def __init__(self, status: int, error: InputError, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(error))
        self.status, self.headers = status, headers or {}


@dataclass(frozen=True)
class SecurityMiddleware:
    """Wraps an application.

    Attributes:
        app: The application.
        token: What changing requests must carry.
        hosts: The values of `Host` that mean this server.
    """

    app: Asgi
    token: str
    hosts: frozenset[str]

    @property
    def origins(self) -> frozenset[str]:
        """The origins of this server's own page."""
        return frozenset(f"http://{host}" for host in self.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            self._check(scope)
            given = _Body(receive) if scope["method"] in CHANGING else receive
            await self.app(scope, given, answer)
        except RefusedError as refused:
            if answer.started:
                raise
            await refuse(answer, refused)

    def _check(self, scope: Scope) -> None:
        """What can be said from the head of a request alone."""
        host, origin = _only(scope, b"host"), _only(scope, b"origin")
        if host not in self.hosts:
            raise RefusedError(
                421, InputError("this server's own address as Host", quoted(str(host)), "open the address it printed")
            )
        method = scope["method"]
        if method not in READING + CHANGING:
            allowed = ", ".join(READING + CHANGING)
            raise RefusedError(405, InputError(allowed, quoted(method), "use one of these methods"), {"allow": allowed})
        if origin is not None and origin not in self.origins:
            raise RefusedError(403, InputError("a request from this server's page", f"one from {quoted(origin)}", "open the page"))
        if method in CHANGING:
            self._check_change(scope, origin)

    def _check_change(self, scope: Scope, origin: str | None) -> None:
        if origin is None:
            raise RefusedError(403, InputError("the header Origin", "none", "send requests from the page"))
        token = _only(scope, b"x-token") or ""
        if not hmac.compare_digest(token.encode("latin-1"), self.token.encode()):
            raise RefusedError(403, InputError("the token of this start of the server", "another or none", "load the page again"))
        kind = (_only(scope, b"content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise RefusedError(400, InputError("application/json", quoted(kind or "nothing"), "set the header Content-Type"))
        length = _only(scope, b"content-length")
        if length is not None and (not length.isdigit() or len(length) > 9 or int(length) > limits.BODY):
            raise _too_long()


def _only(scope: Scope, name: bytes) -> str | None:
    """The value of a header that comes once; one that comes twice is none of ours."""
    values = [value for key, value in scope["headers"] if key == name]
    if len(values) > 1:
        raise RefusedError(400, InputError(f"one header {name.decode()}", str(len(values)), "send it once"))
    return values[0].decode("latin-1") if values else None


def _too_long() -> RefusedError:
    return RefusedError(413, InputError(f"a body of at most {limits.BODY} bytes", "a longer one", "ask for one training at a time"))


class _Body:
    """The body of a request, counted while it comes."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._count, self._ended = receive, 0, False

    async def __call__(self) -> Message:
        if self._ended:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), limits.BODY_SECONDS)
        except TimeoutError:
            expected = f"the whole body within {limits.BODY_SECONDS:.0f} seconds"
            raise RefusedError(400, InputError(expected, "a part of it", "send it at once")) from None
        self._count += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._count > limits.BODY:
            raise _too_long()
        return message


class _Answer:
    """Adds the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send, self.started = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            there = {key.lower() for key, _ in message.get("headers", [])}
            more = [(key.encode(), value.encode()) for key, value in HEADERS.items() if key.encode() not in there]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await self._send(message)


async def refuse(send: Send, refused: RefusedError) -> None:
    """Answers with the error."""
    body = msgspec.json.encode({"error": str(refused)})
    named = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
    headers = [(key.encode(), value.encode()) for key, value in named.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
