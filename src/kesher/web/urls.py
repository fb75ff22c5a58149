"""The public routes; config/urls.py includes them at the root."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kesher.web.assets import serve_asset
from kesher.web.views.app import serve_app_file, show_app, show_design
from kesher.web.views.front import show_front
from kesher.web.views.images import show_image
from kesher.web.views.mailbox import list_mail, show_mail, show_mail_html
from kesher.web.views.preferences import preferences
from kesher.web.views.tracking import follow_click, show_pixel
from kesher.web.views.unsubscribe import unsubscribe

urlpatterns: list[URLPattern | URLResolver] = [
    path("", show_front),
    path("app/assets/<path:name>", serve_app_file),
    path("app/design.html", show_design),
    path("app/", show_app),
    path("app/<path:path>", show_app),
    path("c/<str:token>", follow_click),
    path("o/<str:token>.gif", show_pixel),
    path("u/<str:token>", unsubscribe),
    path("p/<str:token>", preferences),
    path("i/<str:token>", show_image),
    path("mailbox", list_mail),
    path("mailbox/<str:key>", show_mail),
    path("mailbox/<str:key>/html", show_mail_html),
    path("static/<path:name>", serve_asset),
]
