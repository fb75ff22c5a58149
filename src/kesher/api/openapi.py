"""The API object: errors as problem documents, and an OpenAPI document from which clients can be generated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

import kesher
from kesher.api.errors import BodyTooLarge, NotSignedIn, RequestRejected, RouteNotFound
from kesher.api.parsing import StrictParser
from kesher.api.problems import MEDIA_TYPE, ProblemDocument, defect_response, problem_response
from kesher.api.routing import Routes
from kesher.api.validation import request_invalid
from kesher.kernel.errors import KesherError

_DESCRIPTION = """\
Sign in through `/api/auth/` (a session; writes carry `X-CSRFToken`) or send `Authorization: Bearer ksk_…`.
`X-Workspace` names the workspace by slug or id when a user has several. Each operation names the permission it needs
in `x-permission`. Lists come in pages: pass `next` back as `cursor`. Errors are RFC 9457 problem documents in the
language of `Accept-Language` (`en`, `he`)."""


class KesherAPI(NinjaAPI):
    """Ninja with our errors, our parser and our document."""

    def __init__(self, rooms: Sequence[Routes]) -> None:
        super().__init__(
            title="Kesher",
            version=kesher.__version__,
            description=_DESCRIPTION,
            urls_namespace="api",
            parser=StrictParser(),
        )
        for room in rooms:
            self.add_router("", room.router)

    def set_default_exception_handlers(self) -> None:
        """Each kind of error to its problem document; a defect to an incident."""
        self.add_exception_handler(Exception, _on_defect)
        self.add_exception_handler(KesherError, _on_mistake)
        self.add_exception_handler(ValidationError, _on_invalid)
        self.add_exception_handler(AuthenticationError, _on_anonymous)
        self.add_exception_handler(HttpError, _on_http_error)
        self.add_exception_handler(Http404, _on_no_route)
        self.add_exception_handler(RequestDataTooBig, _on_big_body)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document, in which every operation may also answer with a problem."""
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        components = schema["components"]
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        components["schemas"].update(problem.pop("$defs"))
        components["schemas"]["ProblemDocument"] = problem
        reference = {"$ref": "#/components/schemas/ProblemDocument"}
        components["responses"] = {
            "Problem": {
                "description": "What went wrong and what to do.",
                "content": {MEDIA_TYPE: {"schema": reference}},
            }
        }
        for operations in schema["paths"].values():
            for operation in operations.values():
                operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
        return schema


def _on_mistake(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, error if isinstance(error, KesherError) else error())


def _on_defect(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return defect_response(request, error if isinstance(error, Exception) else error())


def _on_invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    return problem_response(request, request_invalid(getattr(error, "errors", [])))


def _on_anonymous(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, NotSignedIn())


def _on_http_error(request: HttpRequest, error: Any) -> HttpResponse:
    cause = error.__cause__
    return problem_response(request, cause if isinstance(cause, KesherError) else RequestRejected())


def _on_no_route(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(request, RouteNotFound())


def _on_big_body(request: HttpRequest, error: Any) -> HttpResponse:
    from django.conf import settings

    return problem_response(request, BodyTooLarge(limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
