"""The route table of the web process."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from kesher.config.operation import healthz, metrics, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("kesher.api.urls")),
    path("", include("kesher.web.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
    path("operator/", admin.site.urls),
]
handler404 = "kesher.web.views.errors.show_not_found"

if settings.DEMO:
    urlpatterns.append(path("", include("kesher.web.storefront.urls")))
