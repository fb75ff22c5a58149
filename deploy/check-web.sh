#!/bin/sh
# Types, style, borders, texts in both languages, and the unit tests of the web app.
set -eu
cd "$(dirname "$0")/.."
. deploy/node.sh
sh deploy/describe-api.sh
cd web
npm run --silent check
npm run --silent test
