#!/bin/sh
# Makes .venv with a Python of this machine, 3.11 or later. Needs nothing but that Python.
set -eu

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }
suits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; }

find_python() {
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if suits "$name"; then
            echo "$name"
            return
        fi
    done
    echo "Wasl needs Python 3.11 or later (3.14 at most); python3 here is $(version python3 || echo absent)." >&2
    echo "يحتاج وصل إلى بايثون 3.11 أو أحدث." >&2
    exit 1
}

# Debian and Ubuntu keep the part of Python that makes environments in a package of its own.
complete_python() {
    package="python$(version "$1")-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package ..."
        apt-get update -qq && apt-get install -y -qq "$package" >/dev/null
    else
        echo "Python's own venv is incomplete here. Run this once, then make again:" >&2
        echo "    sudo apt-get install -y $package" >&2
        exit 1
    fi
}

suits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1 && exit 0
python=$(find_python)
"$python" -c 'import ensurepip, venv' 2>/dev/null || complete_python "$python"
echo "Making .venv with Python $(version "$python") ..."
"$python" -m venv --clear .venv
