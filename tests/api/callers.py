"""Those who call the API in the tests."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from kesher.accounts import services
from kesher.accounts.types import PERMISSIONS

PASSWORD = "a long enough secret"


@dataclass(frozen=True)
class Caller:
    """Calls the API and gives the response."""

    client: Client = field(default_factory=lambda: Client(raise_request_exception=False, enforce_csrf_checks=True))
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The response; `.json()` of it is the document."""
        answer = self.client.generic(
            method,
            f"/api{path}",
            data=b"" if body is None else json.dumps(body),
            content_type="application/json",
            headers={**self.headers, **headers},
        )
        return _whole(answer) if answer.streaming else answer

    def send_file(self, path: str, content: str | bytes, name: str = "people.csv") -> Any:
        """The response to a file sent as a form does."""
        file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content, "text/csv")
        return self.client.post(f"/api{path}", {"file": file}, headers=self.headers)


def _whole(file: Any) -> HttpResponse:
    """A file that came in parts, put together."""
    return HttpResponse(b"".join(file.streaming_content), status=file.status_code, headers=dict(file.items()))


def with_key(workspace_id: int, now: datetime, scopes: frozenset[str] = PERMISSIONS) -> Caller:
    """A program with a key of the workspace."""
    key, _ = services.create_api_key(workspace_id=workspace_id, name="test", scopes=scopes, now=now)
    return Caller(headers={"Authorization": f"Bearer {key}"})
