#!/bin/sh
# Runs a Node.js command: with the system's Node.js 20 or later, else with the one of PyPI in .venv.
set -eu

suits() { command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null; }

if ! suits; then
    PATH="$PWD/.venv/bin:$PATH"
    if ! suits; then
        echo "Installing Node.js into .venv ..."
        .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            --require-hashes --only-binary :all: -r requirements/node.txt
    fi
fi
exec "$@"
