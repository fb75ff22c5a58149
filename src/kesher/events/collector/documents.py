"""What browser SDKs fetch before they send: their settings, and Kesher's own tracker."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode


def segment_settings(write_key: str, *, scheme: str, host: str) -> bytes:
    """`/v1/projects/<writeKey>/settings`: analytics.js sends to this host, one call at a time, and to nobody else."""
    allowed = {"__default": {"enabled": True, "integrations": {}}}
    return _encode(
        {
            "integrations": {
                "Segment.io": {
                    "apiKey": write_key,
                    "apiHost": f"{host}/v1",
                    "protocol": scheme,
                    "unbundledIntegrations": [],
                    "addBundledMetadata": False,
                    "maybeBundledConfigIds": {},
                    "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
                }
            },
            "plan": {"track": allowed, "identify": allowed, "group": allowed},
            "edgeFunction": {},
            "analyticsNextEnabled": True,
            "middlewareSettings": {},
            "enabledMiddleware": {},
            "metrics": {"sampleRate": 0},
            "legacyVideoPluginsEnabled": False,
            "remotePlugins": [],
        }
    )


def rudder_source_config(write_key: str, source_id: int, *, scheme: str, host: str) -> bytes:
    """`/sourceConfig`: what RudderStack's browser and mobile SDKs ask of their control plane; no destinations."""
    off: Mapping[str, Any] = {"enabled": False}
    return _encode(
        {
            "isHosted": True,
            "source": {
                "id": str(source_id),
                "name": "Kesher",
                "writeKey": write_key,
                "enabled": True,
                "config": {"statsCollection": {"errors": off, "metrics": off}},
                "dataplanes": {},
                "dataPlaneUrl": f"{scheme}://{host}",
                "destinations": [],
                "connections": [],
                "workspaceId": "kesher",
                "sourceDefinitionId": "kesher",
                "sourceDefinition": {"name": "Javascript", "displayName": "Javascript"},
                "createdAt": "2026-01-01T00:00:00.000Z",
                "updatedAt": "2026-01-01T00:00:00.000Z",
            },
            "updatedAt": "2026-01-01T00:00:00.000Z",
        }
    )


@dataclass(frozen=True, slots=True)
class Tracker:
    """The browser tracker as it is served."""

    source: bytes
    zipped: bytes
    etag: bytes


def load_tracker() -> Tracker:
    """Read the tracker from the package; see sdk/js/README.md."""
    source = resources.files("kesher.events.collector").joinpath("static/t.js").read_bytes()
    etag = b'"' + hashlib.sha256(source).hexdigest()[:20].encode() + b'"'
    return Tracker(source=source, zipped=gzip.compress(source, 9, mtime=0), etag=etag)
