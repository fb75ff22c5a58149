#!/bin/sh
# Write the API's OpenAPI document and the TypeScript types made from it; neither is committed, so neither can be stale.
set -eu
mkdir -p web/build
DATABASE_URL=postgresql:///none PYTHONWARNINGS=ignore .venv/bin/python manage.py export_openapi_schema \
    --api kesher.api.urls.api --output web/build/openapi.json
(cd web && npm run --silent api >/dev/null)
