"""The web application, made from a house. No global app object: whoever serves makes one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI, Response

from app.at_work import AtWork
from app.house import House
from app.jobs import Worker
from app.rights.sweep import plan_sweep
from app.warming import Warming
from app.web import (
    assets,
    calls,
    choosing,
    connect,
    ego,
    experiment,
    friend,
    friends,
    held,
    joining,
    mydata,
    organizer,
    people,
    supporter,
)
from app.web.errors import add_error_pages
from app.web.security import GuardedApp, SecurityPolicy
from app.web.sessions import load_session
from app.web.signing import router as signing
from app.work import handlers
from graph.errors import StoreError

UNUSABLE = "the voter file cannot be used: kith doctor says why"


def create_app(house: House, *, with_worker: bool = True, when_warm: Callable[[], None] = lambda: None) -> FastAPI:
    """The pages of one campaign. With a worker, jobs run in this process; without, ``kith worker`` runs them. ``when_warm`` is called
    once, when all is ready.
    """
    worker = Worker(house.records, handlers(house), clock=house.clock) if with_worker else None
    warming = Warming(house, when_compiled=worker.start if worker else lambda: None, then=when_warm)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        plan_sweep(house)
        warming.start()
        with AtWork(house.records, clock=house.clock):
            yield
            warming.stop()
            if worker:
                worker.stop()

    form_origins = tuple(provider.form_origin for provider in house.providers)
    policy = SecurityPolicy(house.base_url, form_origins=form_origins)
    app = GuardedApp(
        policy, title=house.campaign.name, docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    app.state.house = house
    pages = [Depends(load_session)]
    desk = (organizer, calls, people, experiment)
    for part in (supporter, friends, mydata, friend, *desk, ego, connect, choosing, joining, held):
        app.include_router(part.router, dependencies=pages)
    app.include_router(joining.desk, dependencies=pages)
    app.include_router(signing, dependencies=pages)
    app.include_router(assets.router)
    add_health(app, house, warming)
    add_error_pages(app)
    return app


def ready_word(house: House, warming: Warming) -> str:
    """``ok``, or why lists cannot be served."""
    try:
        if house.voters.current() is None:
            return "no voter file yet"
        if warming.problem:  # it may have been imported again since
            house.voters.columns()
    except StoreError:
        return UNUSABLE
    return "ok" if warming.is_done else "warming up"


def add_health(app: FastAPI, house: House, warming: Warming) -> None:
    """``/healthz`` says that the process lives, ``/readyz`` that it can serve lists."""

    @app.get("/healthz", include_in_schema=False)
    def alive() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", include_in_schema=False)
    def ready(response: Response) -> dict[str, str]:
        status = ready_word(house, warming)
        response.status_code = 200 if status == "ok" else 503
        return {"status": status}
