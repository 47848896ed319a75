"""The live page: serves a room on this machine, or, with ``--lan``, on this network to those who were given the token.

A request can ask for a luck, for sliders between their ends and for a plan that adds up; it names no file, so no path
can lead anywhere.  What has been run is kept up to a bound, the same question asked twice is run once, and whoever
waits is served in the order of asking.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import secrets
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError, ResourceError
from clustersim.workshop.page import deflated, page, policy
from clustersim.workshop.room import Room

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LARGEST_BODY = 4096  # bytes of a request
LONGEST_WAIT = 30.0  # seconds in the queue
MOST_WAITING = 240
KEPT = 48 * 2**20  # bytes of answers
LUCKS = 10_000
WORKERS = 2
COOKIE = "clustersim"


class Answers:
    """Answers by question: run once, kept up to a bound of bytes, at most so many at a time, first come first
    served.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._running: dict[str, asyncio.Task[bytes]] = {}
        self._turn = asyncio.Semaphore(WORKERS)
        self.bytes = 0

    async def get(self, question: str, answer: Callable[[], bytes]) -> bytes:
        """The answer; raises ResourceError where too many wait already, and TimeoutError."""
        if question in self._kept:
            self._kept.move_to_end(question)
            return self._kept[question]
        if question not in self._running:
            if len(self._running) >= MOST_WAITING:
                raise ResourceError("too many are waiting")
            task = asyncio.create_task(self._run(question, answer))
            self._running[question] = task
            task.add_done_callback(lambda _: self._running.pop(question, None))
        return await asyncio.wait_for(asyncio.shield(self._running[question]), LONGEST_WAIT)

    async def _run(self, question: str, answer: Callable[[], bytes]) -> bytes:
        async with self._turn:
            found = await asyncio.to_thread(answer)
        self._kept[question] = found
        self.bytes += len(found)
        while self.bytes > KEPT and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self.bytes -= len(old)
        return found


class Guard:
    """Lets in who asks this server by its own name, from its own page and, where there is a token, with it."""

    def __init__(self, app: Any, *, hosts: frozenset[str], token: str | None) -> None:
        self.app, self.hosts, self.token = app, hosts, token

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Refuse with 400, 403 or 405, or pass on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        from starlette.requests import Request

        refused = self._refused(Request(scope))
        await (refused or self.app)(scope, receive, send)

    def _refused(self, request: Request) -> Response | None:
        from starlette.responses import PlainTextResponse, RedirectResponse

        names = request.headers.getlist("host")
        if len(names) != 1 or names[0].lower() not in self.hosts:
            return PlainTextResponse("not the name of this server", 400)
        origin = request.headers.get("origin")
        if origin is not None and origin.lower() != f"http://{names[0].lower()}":
            return PlainTextResponse("asked from another page", 403)
        if (
            request.headers.get("sec-fetch-site") == "cross-site"
            and request.headers.get("sec-fetch-mode") != "navigate"
        ):
            return PlainTextResponse("asked from another page", 403)
        if self.token is None:
            return None
        given = request.query_params.get("token", "")
        if request.url.path == "/" and hmac.compare_digest(given.encode(), self.token.encode()):
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(COOKIE, self.token, httponly=True, samesite="strict")
            return welcome
        if hmac.compare_digest(request.cookies.get(COOKIE, "").encode(), self.token.encode()):
            return None
        return PlainTextResponse("the address ends in ?token=..., as printed where the workshop was started", 403)


class Headers:
    """Adds to every answer what browsers are to refuse."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.headers = [
            (name.encode(), value.encode())
            for name, value in {
                "content-security-policy": policy(live=True, header=True), "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer", "cache-control": "no-store", "x-frame-options": "DENY",
                "cross-origin-resource-policy": "same-origin",
            }.items()
        ]  # fmt: skip

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass on, with the headers."""

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self.headers]}
            await send(message)

        await self.app(scope, receive, with_headers)


async def read_json(request: Request) -> dict[str, Any]:
    """The body of a request, a JSON object of at most ``LARGEST_BODY`` bytes; raises InputError."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise InputError("the body has to be application/json")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise InputError(f"the body is longer than {LARGEST_BODY:,} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise InputError("the body is not JSON") from None
    if not isinstance(found, dict):
        raise InputError("the body has to be a JSON object")
    return found


def application(room: Room, *, language: str, hosts: frozenset[str], token: str | None = None) -> Starlette:
    """The server of one room."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import HTMLResponse, JSONResponse, Response
    from starlette.routing import Route

    answers = Answers()
    whole = page(room.about(), language=language, live=True)
    done = {"done": 0, "total": room.lucks_wanted}

    def progress(now: int, total: int) -> None:
        done.update(done=now, total=total)

    def guarded(ask: Callable[[Request], Awaitable[bytes]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                return Response(await ask(request), media_type="application/octet-stream")
            except InputError as wrong:
                return JSONResponse({"error": str(wrong)}, 400)
            except (ResourceError, TimeoutError):
                return JSONResponse({"error": "busy"}, 503, {"retry-after": "2"})

        return answer

    async def home(request: Request) -> Response:
        return HTMLResponse(whole)

    async def pair(request: Request) -> bytes:
        asked = await read_json(request)
        luck, changes = asked.get("luck", 0), asked.get("changes", {})
        if isinstance(luck, bool) or not isinstance(luck, int) or not 0 <= luck < LUCKS:
            raise InputError(f"luck has to be a number from 0 to {LUCKS - 1:,}")
        if not isinstance(changes, dict):
            raise InputError("changes have to be an object")
        room.changed(changes)  # before it is queued: what is wrong is said at once
        question = json.dumps(["pair", luck, changes], sort_keys=True)
        return await answers.get(question, lambda: deflated(room.pair(luck, changes)))

    async def plan(request: Request) -> bytes:
        asked = await read_json(request)
        tokens, bitter, opening = asked.get("tokens"), asked.get("bitter", False), asked.get("opening", "owners")
        if not isinstance(tokens, dict) or not isinstance(bitter, bool) or not isinstance(opening, str):
            raise InputError("a plan has tokens (an object), bitter (true or false) and opening (a text)")
        question = json.dumps(["plan", tokens, bitter, opening], sort_keys=True)
        return await answers.get(question, lambda: deflated(room.plan(tokens, bitter=bitter, opening=opening)))

    async def lucks(request: Request) -> Response:
        task: asyncio.Task[bytes] = request.app.state.lucks
        if not task.done():
            return JSONResponse(done, 202)
        return Response(await task, media_type="application/octet-stream")

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        first = json.dumps(["pair", 0, {}], sort_keys=True)
        await answers.get(first, lambda: deflated(room.pair(0, {})))
        # one thread: the rest of the machine is for those who ask
        app.state.lucks = asyncio.create_task(asyncio.to_thread(lambda: deflated(room.lucks(1, progress))))
        yield
        app.state.lucks.cancel()

    routes = [Route("/", home), Route("/api/pair", guarded(pair), methods=["POST"]),
              Route("/api/plan", guarded(plan), methods=["POST"]), Route("/api/lucks", lucks)]  # fmt: skip
    app = Starlette(routes=routes, lifespan=life,
                    middleware=[Middleware(Headers), Middleware(Guard, hosts=hosts, token=token)])  # fmt: skip
    app.state.answers = answers
    return app


def free_port(wanted: int, host: str) -> socket.socket:
    """A listening socket at the port that was asked for, or at any free one for 0; raises InputError if it is taken."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, wanted))
    except OSError:
        listening.close()
        raise InputError(f"port {wanted} is taken; --port 0 takes any that is free") from None
    return listening


def addresses() -> list[str]:
    """The addresses under which this machine may be known on its network, no name is looked up for it."""
    import psutil

    found = {entry.address for entries in psutil.net_if_addrs().values() for entry in entries
             if entry.family == socket.AF_INET}  # fmt: skip
    return sorted(found - {"127.0.0.1"})


def serve(room: Room, *, language: str, port: int, lan: bool, say: Callable[[str], None],
          opened: Callable[[str], None]) -> None:  # fmt: skip
    """Serve until interrupted; ``opened`` is called with the address once the page is there."""
    import uvicorn

    listening = free_port(port, "0.0.0.0" if lan else "127.0.0.1")
    port = listening.getsockname()[1]
    names = ["127.0.0.1", "localhost", *(addresses() if lan else [])]
    token = secrets.token_urlsafe(12) if lan else None
    key = f"?token={token}" if token else ""
    app = application(room, language=language, hosts=frozenset(f"{name}:{port}" for name in names), token=token)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            for name in names[2:] or names[:1]:
                say(f"http://{name}:{port}/{key}")
            opened(f"http://127.0.0.1:{port}/{key}")

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, limit_concurrency=400, timeout_keep_alive=20, server_header=False,
        h11_max_incomplete_event_size=16_384, timeout_graceful_shutdown=2,
    )  # fmt: skip
    with listening:
        Server(config).run(sockets=[listening])
