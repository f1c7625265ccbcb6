"""The middleware in front of all routes. It refuses requests from elsewhere, and adds security headers to every response.

It is plain ASGI. It refuses a foreign `Host` (DNS rebinding), a foreign `Origin`, a POST without the token of this server process,
and a body that is too long, before a route sees the request. Starlette's `TrustedHostMiddleware` ignores the port and answers with
plain text, so the check of `Host` is our own.
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
"""An ASGI application. The names above are the parts of its signature."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of the page: it loads only files of this server, and no other page may frame it."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""Headers of every response that does not set them itself."""

MAX_LENGTH_DIGITS = 9
"""Digits of `Content-Length` that are parsed, at most: far more than any accepted body needs."""

READING, CHANGING = ("GET", "HEAD"), ("POST",)
"""Methods that only read, and methods that change something."""


class RefusedError(Exception):
    """A refused request: the status, and the reason."""

    def __init__(self, status: int, error: InputError, headers: dict[str, str] | None = None) -> None:
        super().__init__(str(error))
        self.status, self.headers = status, headers or {}


@dataclass(frozen=True)
class SecurityMiddleware:
    """Protects an application.

    Attributes:
        app: The application.
        token: The token that a POST must carry in the header `X-Token`.
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
        """Handles one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        response = _Response(send)
        try:
            self._check(scope)
            body = _Body(receive) if scope["method"] in CHANGING else receive
            await self.app(scope, body, response)
        except RefusedError as refused:
            if response.started:
                raise
            await refuse(response, refused)

    def _check(self, scope: Scope) -> None:
        """Checks the headers of a request."""
        host, origin = _single_header(scope, b"host"), _single_header(scope, b"origin")
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
        token = _single_header(scope, b"x-token") or ""
        if not hmac.compare_digest(token.encode("latin-1"), self.token.encode()):
            raise RefusedError(403, InputError("the token of this start of the server", "another or none", "load the page again"))
        kind = (_single_header(scope, b"content-type") or "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise RefusedError(400, InputError("application/json", quoted(kind or "nothing"), "set the header Content-Type"))
        length = _single_header(scope, b"content-length")
        if length is not None and (not length.isdigit() or len(length) > MAX_LENGTH_DIGITS or int(length) > limits.MAX_BODY):
            raise _too_long()


def _single_header(scope: Scope, name: bytes) -> str | None:
    """The value of a header. A repeated header is refused."""
    values = [value for key, value in scope["headers"] if key == name]
    if len(values) > 1:
        raise RefusedError(400, InputError(f"one header {name.decode()}", str(len(values)), "send it once"))
    return values[0].decode("latin-1") if values else None


def _too_long() -> RefusedError:
    return RefusedError(
        413, InputError(f"a body of at most {limits.MAX_BODY} bytes", "a longer one", "ask for one training at a time")
    )


class _Body:
    """The body of a request, counted while it arrives."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._count, self._ended = receive, 0, False
        self._end = asyncio.get_running_loop().time() + limits.BODY_SECONDS

    async def __call__(self) -> Message:
        if self._ended:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            expected = f"the whole body within {limits.BODY_SECONDS:.0f} seconds"
            raise RefusedError(400, InputError(expected, "a part of it", "send it at once")) from None
        self._count += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        if self._count > limits.MAX_BODY:
            raise _too_long()
        return message


class _Response:
    """Adds the security headers to a response."""

    def __init__(self, send: Send) -> None:
        self._send, self.started = send, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            present = {key.lower() for key, _ in message.get("headers", [])}
            added = [(key.encode(), value.encode()) for key, value in HEADERS.items() if key.encode() not in present]
            message = {**message, "headers": [*message.get("headers", []), *added]}
        await self._send(message)


async def refuse(send: Send, refused: RefusedError) -> None:
    """Responds with the error."""
    body = msgspec.json.encode({"error": str(refused)})
    named = {"content-type": "application/json", "content-length": str(len(body)), **refused.headers}
    headers = [(key.encode(), value.encode()) for key, value in named.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
