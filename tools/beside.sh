#!/bin/sh
# Runs two commands at the same time, and fails where either does. What the first says is kept, and said at the end.
set -u

said=$(mktemp)
trap 'rm -f "$said"' EXIT
trap 'kill "$first" 2>/dev/null; exit 130' INT TERM
sh -c "exec $1" >"$said" 2>&1 &
first=$!
sh -c "$2"
second=$?
wait "$first"
failed=$?
cat "$said"
exit $((second ? second : failed))
