"""Everything under /api/: the rooms' routes, the OpenAPI document and docs, and signing in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from kesher.api.openapi import KesherAPI
from kesher.api.routes import accounts

api = KesherAPI([accounts.routes])

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include("allauth.headless.urls")),
    path("", api.urls),
]
