#!/usr/bin/env bash
# limit.sh SECONDS COMMAND…: runs a command that ends in far less time than that. Where it has not, it is stopped and run
# once more: Node.js can wait for itself for ever when a program that has done its work ends (nodejs/node issue 54918).
set -u
seconds=$1
shift
timeout --foreground 1 true 2>/dev/null || exec "$@"
timeout --foreground --kill-after 5 "$seconds" "$@"
status=$?
[ "$status" -eq 124 ] || [ "$status" -eq 137 ] || exit "$status"
echo "$(basename "$1") did not end within $seconds s: it is run once more" >&2
exec timeout --foreground --kill-after 5 "$seconds" "$@"
