"""Everything under /api/: the rooms' routes, the OpenAPI document and docs, and signing in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from kesher.api.openapi import KesherAPI
from kesher.api.routes import accounts, broadcasts, delivery, messages, profiles

api = KesherAPI(
    [
        accounts.routes,
        profiles.routes,
        messages.routes,
        broadcasts.routes,
        delivery.routes,
    ]
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include("allauth.headless.urls")),
    path("", api.urls),
]
