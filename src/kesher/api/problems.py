"""Every answer that is not a success is an RFC 9457 problem document, in English or Hebrew."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Schema
from pydantic import Field

from kesher.api.errors import Broken
from kesher.api.language import language_of
from kesher.kernel.errors import KesherError, Unavailable
from kesher.kernel.text import Text

MEDIA_TYPE = "application/problem+json"

_log = structlog.get_logger("kesher.api")

_TITLES = {
    400: Text(en="The request cannot be read", he="לא ניתן לקרוא את הבקשה"),
    401: Text(en="Not signed in", he="לא מחובר"),
    403: Text(en="Not allowed", he="אין הרשאה"),
    404: Text(en="Not found", he="לא נמצא"),
    405: Text(en="Method not allowed", he="השיטה אינה מותרת"),
    409: Text(en="Conflict", he="התנגשות"),
    411: Text(en="Length required", he="נדרש אורך"),
    413: Text(en="Too large", he="גדול מדי"),
    422: Text(en="To be corrected", he="יש לתקן"),
    429: Text(en="Too many requests", he="יותר מדי בקשות"),
    500: Text(en="Our mistake", he="תקלה אצלנו"),
    503: Text(en="Busy", he="עסוק כרגע"),
}


class ProblemPlace(Schema):
    """One mistake at one place."""

    path: str = Field(description="Where: `nodes.wait_1.for`; of a body, of the path or of the query.")
    message: str = Field(description="What to do, in the answer's language.")
    line: int | None = Field(None, description="The line, when a file was read.")


class ProblemDocument(Schema):
    """RFC 9457."""

    type: str = Field(description="`urn:kesher:problem:` and the code.")
    title: str
    status: int
    code: str = Field(description="Stable, for programs: `segments.rule_invalid`.")
    detail: str = Field(description="What happened and what to do, in the answer's language.")
    fields: dict[str, str | int | float | bool | None] = Field(description="The values that the detail mentions.")
    problems: list[ProblemPlace]
    incident: str | None = Field(None, description="Of a defect: its number in the log.")


def problem_response(request: HttpRequest, error: KesherError) -> HttpResponse:
    """The problem document of an error, in the request's language."""
    language = language_of(request)
    fields = {name: value if isinstance(value, _PLAIN) else str(value) for name, value in error.fields.items()}
    content: dict[str, Any] = {
        "type": f"urn:kesher:problem:{error.code}",
        "title": _TITLES.get(error.status, _TITLES[400]).render(language),
        "status": error.status,
        "code": error.code,
        "detail": error.message.render(language, **error.fields),
        "fields": fields,
        "problems": [problem.as_dict(language) for problem in error.problems],
    }
    if isinstance(error, Broken):
        content["incident"] = str(error.fields["incident"])
    response = JsonResponse(content, status=error.status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = MEDIA_TYPE
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    if error.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if isinstance(error, Unavailable):
        response["Retry-After"] = str(error.fields.get("retry_after", 1))
    return response


def defect_response(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """A 500 without internals; what happened is in the log under the incident's number."""
    incident = secrets.token_hex(6)
    _log.error("api.defect", incident=incident, method=request.method, path=request.path, exc_info=error)
    return problem_response(request, Broken(incident=incident))


_PLAIN = (str, int, float, bool, type(None))
