"""What surrounds every call of the API: limits before, problem documents after."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from kesher.api.errors import (
    BodyTooLarge,
    LengthMissing,
    MethodNotAllowed,
    RequestRejected,
    RouteNotFound,
    TextInvalid,
    TooManyRequests,
)
from kesher.api.problems import MEDIA_TYPE, defect_response, problem_response
from kesher.content.types import MOST_IMAGE_BYTES
from kesher.kernel.errors import Forbidden, KesherError

_PREFIX = "/api/"
_KEPT = ("Allow", "Retry-After", "Set-Cookie")
_FILE_BYTES = {"/api/imports": 100 * 1024 * 1024, "/api/images": MOST_IMAGE_BYTES + 10_000}
"""Where files are sent, and how large the body may be; Django writes large ones to the disk as they come."""
_JSON = ("application/json", MEDIA_TYPE)


class ApiMiddleware:
    """Guards the paths under /api/ and leaves all others alone; it stands first, so that it sees every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, as a problem document when it is none yet."""
        if not request.path.startswith(_PREFIX):
            return self.get_response(request)
        refusal = _refusal(request)
        if refusal is not None:
            return problem_response(request, refusal)
        response = self.get_response(request)
        if response.status_code < 400 or response.get("Content-Type", "").split(";")[0] in _JSON:
            return response
        problem = _as_problem(request, response.status_code)
        for header in _KEPT:
            if header in response:
                problem[header] = response[header]
        return problem


def _refusal(request: HttpRequest) -> KesherError | None:
    limit = _FILE_BYTES.get(request.path, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit():
        return RequestRejected()
    if int(length) > limit:
        return BodyTooLarge(limit=limit)
    if "HTTP_TRANSFER_ENCODING" in request.META and length == "0":
        return LengthMissing()
    if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return TextInvalid()
    return None


def _as_problem(request: HttpRequest, status: int) -> HttpResponse:
    if status >= 500:
        return defect_response(request, None)
    known: dict[int, KesherError] = {
        403: Forbidden(permission="CSRF"),
        404: RouteNotFound(),
        405: MethodNotAllowed(),
        429: TooManyRequests(),
    }
    return problem_response(request, known.get(status, RequestRejected()))
