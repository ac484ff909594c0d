#!/bin/sh
# Makes sure of a Chromium for the page tests: one on PATH, else Debian's where we may install it, else a loud word.
set -eu

for name in ${CHROMIUM:-} chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && exit 0
done
[ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the page tests ..."
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null && exit 0
fi

echo "!!! There is no Chromium here: THE BROWSER PART OF THE TESTS WILL NOT RUN." >&2
echo "!!! Install one (Debian: sudo apt-get install -y chromium), or name it: CHROMIUM=/path/of/chrome make test" >&2
[ "${CI:-}" != true ]
