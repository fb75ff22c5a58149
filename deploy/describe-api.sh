#!/bin/sh
# Write the API's OpenAPI document and the TypeScript types made from it; neither is committed, so neither can be stale.
set -eu
mkdir -p web/build
DATABASE_URL=postgresql:///none DJANGO_SETTINGS_MODULE=kesher.config.settings .venv/bin/python -W ignore - <<'PYTHON' >web/build/openapi.json
import json
import django

django.setup()
from kesher.api.urls import api
from ninja.responses import NinjaJSONEncoder

print(json.dumps(api.get_openapi_schema(), cls=NinjaJSONEncoder))
PYTHON
(cd web && npm run --silent api >/dev/null)
