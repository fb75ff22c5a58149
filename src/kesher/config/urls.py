"""The route table of the web process."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("kesher.api.urls")),
    path("", include("kesher.web.urls")),
]
