"""The live page: serves a room on this machine, or, with ``--lan``, on this network to those who were given the token.

A request can ask for a luck, for sliders between their ends and for a plan that adds up; it names no file, so no path
can lead anywhere.  ``line.py`` decides whose question is run next.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from clustersim.errors import InputError, ResourceError
from clustersim.workshop.guard import Guard, Headers
from clustersim.workshop.line import Line, Replaced
from clustersim.workshop.page import deflated, page
from clustersim.workshop.room import Room

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

LARGEST_BODY = 4096  # bytes of a request
LONGEST_NAME = 40  # characters by which a page calls itself
LUCKS = 10_000
Question = tuple[list[Any], Callable[[], dict[str, Any]]]
"""what is asked, the same for all who ask the same, and what runs the answer"""


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


def page_of(asked: dict[str, Any]) -> str:
    """What the page that asks calls itself; raises InputError."""
    name = asked.get("page")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise InputError(f"page has to be a text of 1 to {LONGEST_NAME} characters")
    return name


def application(room: Room, *, language: str, hosts: frozenset[str], token: str | None = None) -> Starlette:
    """The server of one room."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import HTMLResponse, JSONResponse, Response
    from starlette.routing import Route

    line = Line()
    whole = page(room.about(), language=language, live=True)
    done = {"done": 0, "total": room.lucks_wanted}

    def progress(now: int, total: int) -> None:
        done.update(done=now, total=total)

    def answering(questions: Callable[[dict[str, Any]], Question]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                asked = await read_json(request)
                words, run = questions(asked)  # what is wrong is said at once, before it stands in the line
                later = words[0] == "few"
                found = await line.ask(page_of(asked), json.dumps(words), lambda: deflated(run()), later=later)
            except InputError as wrong:
                return JSONResponse({"error": str(wrong)}, 400)
            except ResourceError as busy:
                return JSONResponse({"error": str(busy)}, 503, {"retry-after": "2"})
            except Replaced:
                return JSONResponse({"error": "asked anew"}, 409)
            if isinstance(found, int):
                return JSONResponse({"place": found}, 202)
            return Response(found, media_type="application/octet-stream")

        return answer

    async def home(request: Request) -> Response:
        return HTMLResponse(whole)

    def pair(asked: dict[str, Any]) -> Question:
        luck, changes = asked.get("luck", 0), room.settled(asked.get("changes", {}))
        if isinstance(luck, bool) or not isinstance(luck, int) or not 0 <= luck < LUCKS:
            raise InputError(f"luck has to be a number from 0 to {LUCKS - 1:,}")
        return ["pair", luck, changes], lambda: room.pair(luck, changes)

    def few(asked: dict[str, Any]) -> Question:
        changes = room.settled(asked.get("changes", {}))
        return ["few", changes], lambda: room.few_lucks(changes)

    def plan(asked: dict[str, Any]) -> Question:
        changes = room.settled(asked.get("changes", {}))
        tokens, bitter, opening = asked.get("tokens"), asked.get("bitter", False), asked.get("opening", "owners")
        if not isinstance(tokens, dict) or not isinstance(bitter, bool) or not isinstance(opening, str):
            raise InputError("a plan has tokens (an object), bitter (true or false) and opening (a text)")
        tokens = room.spent(tokens, opening)
        return (["plan", tokens, bitter, opening, changes],
                lambda: room.plan(tokens, bitter=bitter, opening=opening, changes=changes))  # fmt: skip

    async def lucks(request: Request) -> Response:
        task: asyncio.Task[bytes] = request.app.state.lucks
        if not task.done():
            return JSONResponse(done, 202)
        return Response(await task, media_type="application/octet-stream")

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        words, run = pair({})
        while isinstance(await line.ask("", json.dumps(words), lambda: deflated(run())), int):
            pass
        # one thread: the rest of the machine is for those who ask
        app.state.lucks = asyncio.create_task(asyncio.to_thread(lambda: deflated(room.lucks(1, progress))))
        yield
        app.state.lucks.cancel()

    routes = [Route("/", home), Route("/api/lucks", lucks),
              *(Route(f"/api/{name}", answering(questions), methods=["POST"])
                for name, questions in (("pair", pair), ("few", few), ("plan", plan)))]  # fmt: skip
    app = Starlette(routes=routes, lifespan=life,
                    middleware=[Middleware(Headers), Middleware(Guard, hosts=hosts, token=token)])  # fmt: skip
    app.state.line = line
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
