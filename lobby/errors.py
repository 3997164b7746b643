"""Errors over HTTP: one body for all of them, with the status that the error table gives.

    {"error": {"name": "room-full", "text": "Every seat …", "final": true, "room_id": ""}}

Whatever the framework itself refuses (a body that does not fit, an unknown path) gets the same shape.
"""

import logging
from collections import defaultdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from shared.protocol.errors import BAD_REQUEST, INTERNAL, MESSAGE_TOO_LARGE, ErrorKind, RoomError

log = logging.getLogger(__name__)


class ErrorDetail(BaseModel):
    name: str = Field(description="A row of the error table in docs/PROTOCOL.md.", examples=["room-full"])
    text: str = Field(description="A sentence that a person may read.")
    final: bool = Field(description="False: the same request may succeed when tried again.")
    room_id: str = Field(default="", description="The room that it is about, where that helps.")


class ErrorBody(BaseModel):
    error: ErrorDetail


def documented(*kinds: ErrorKind) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that may answer with these errors."""
    by_status: dict[int | str, list[ErrorKind]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.http_status].append(kind)
    return {status: _response(rows) for status, rows in by_status.items()}


def _response(kinds: list[ErrorKind]) -> dict[str, Any]:
    text = " ".join(f"`{kind.name}`: {kind.text}" for kind in kinds)
    examples = {kind.name: {"value": body_of(RoomError(kind))} for kind in kinds}
    return {"model": ErrorBody, "description": text, "content": {"application/json": {"examples": examples}}}


def body_of(error: RoomError) -> dict[str, Any]:
    kind = error.kind
    return {"error": {"name": kind.name, "text": error.text, "final": kind.is_final, "room_id": error.room_id}}


def install(app: FastAPI) -> None:
    @app.exception_handler(RoomError)
    async def room_error(request: Request, error: RoomError) -> JSONResponse:
        return JSONResponse(body_of(error), error.kind.http_status)

    @app.exception_handler(RequestValidationError)
    async def unfit(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][1:])
        return JSONResponse(body_of(RoomError(BAD_REQUEST, f"{where or 'body'}: {first['msg']}")), 422)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        is_too_large = error.status_code == MESSAGE_TOO_LARGE.http_status
        kind, text = (MESSAGE_TOO_LARGE, "") if is_too_large else (BAD_REQUEST, str(error.detail))
        return JSONResponse(body_of(RoomError(kind, text)), error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> JSONResponse:
        log.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return JSONResponse(body_of(RoomError(INTERNAL)), INTERNAL.http_status)
