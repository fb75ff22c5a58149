#!/bin/sh
# Build the web app into src/kesher/web/app; `make app` calls this when a source is newer than what was built.
set -eu
cd "$(dirname "$0")/.."
. deploy/node.sh
sh deploy/describe-api.sh
(cd web && npm run --silent build -- --logLevel warn)
