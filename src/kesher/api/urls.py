"""Everything under /api/: the rooms' routes, the OpenAPI document and docs, and signing in."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from kesher.api.openapi import KesherAPI
from kesher.api.routes import (
    accounts,
    broadcast_numbers,
    broadcasts,
    consent,
    content,
    content_checks,
    coupons,
    decisions,
    delivery,
    domains,
    events,
    finding,
    home,
    images,
    imports,
    journey_canvas,
    journey_drafts,
    journey_entries,
    journey_plays,
    journey_secrets,
    journeys,
    legal,
    lists,
    messages,
    objects,
    people,
    profiles,
    recipes,
    rules,
    scores,
    segments,
    setup,
    timeline,
    webhooks,
    why,
)

ROOMS = (
    setup.routes,
    home.routes,
    accounts.routes,
    profiles.routes,
    people.routes,
    finding.routes,
    imports.routes,
    timeline.routes,
    objects.routes,
    consent.routes,
    legal.routes,
    events.routes,
    segments.routes,
    lists.routes,
    rules.routes,
    decisions.routes,
    scores.routes,
    content.routes,
    content_checks.routes,
    images.routes,
    messages.routes,
    broadcasts.routes,
    broadcast_numbers.routes,
    delivery.routes,
    domains.routes,
    journeys.routes,
    journey_canvas.routes,
    journey_drafts.routes,
    journey_entries.routes,
    journey_plays.routes,
    why.routes,
    coupons.routes,
    recipes.routes,
    journey_secrets.routes,
    webhooks.routes,
)

api = KesherAPI(ROOMS)

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/", include("allauth.headless.urls")),
    path("", api.urls),
]
