# To be sourced: a Node.js >= 22 first on PATH, the system's or else the wheel's, and the packages of package-lock.json.
major="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)"
if [ "${major:-0}" -lt 22 ]; then
    .venv/bin/node --version >/dev/null 2>&1 || .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements-node.lock
    PATH="$PWD/.venv/bin:$PATH"
fi
wanted="$(cksum <web/package-lock.json)"
# A linked folder belongs to somebody else, who looks after it.
if [ ! -L web/node_modules ] && [ "$(cat web/node_modules/.made-from 2>/dev/null)" != "$wanted" ]; then
    (cd web && npm ci --no-audit --no-fund --loglevel=error && echo "$wanted" >node_modules/.made-from)
fi
