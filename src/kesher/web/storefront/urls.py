"""The shop's routes; config/urls.py mounts them when KESHER_DEMO=1."""

from __future__ import annotations

from django.urls import URLPattern, path

from kesher.web.storefront.views import remember_cart, show_shop

urlpatterns: list[URLPattern] = [
    path("shop", show_shop),
    path("shop/remember", remember_cart),
]
