"""The public routes; config/urls.py includes them at the root."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kesher.web.assets import serve_asset

urlpatterns: list[URLPattern | URLResolver] = [
    path("static/<path:name>", serve_asset),
]
