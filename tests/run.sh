#!/usr/bin/env bash
# The whole suite: on SQLite, on a throw-away PostgreSQL, and in a browser against gunicorn.
# Says what it left out; with CI=true nothing may be left out.
set -euo pipefail
cd "$(dirname "$0")/.."
source tests/postgres.sh

bin=${BIN:-.venv/bin}
work=$(mktemp -d)
left_out=()

leave_out() {
  left_out+=("$1")
  if [ "${CI:-}" = true ]; then
    echo "CI=true and $1" >&2
    exit 1
  fi
}

stop() {
  stop_postgres
  rm -rf "$work"
}
trap stop EXIT

suite() {
  local name=$1
  shift
  echo "== $name"
  VAR_DIR=$work/var "$bin/python" -m pytest "$@"
}

unset DATABASE_URL EMAIL_URL CACHE_URL SITE_URL SECRET_KEY DEBUG STATIC_ROOT

suite "SQLite" -n 2 -m "not browser"

postgres=$(find_postgres)
if [ -x "$postgres/initdb" ]; then
  start_postgres "-c fsync=off"
  DATABASE_URL=$postgres_url suite "PostgreSQL" -n 2 -m "not browser"
else
  leave_out "PostgreSQL's initdb was not found: the suite did not run on PostgreSQL."
fi

if CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}; then
  export CHROMIUM
  suite "Browser, SQLite" -n 2 -m browser
  if [ -n "${postgres_url:-}" ]; then
    DATABASE_URL=$postgres_url suite "Browser, PostgreSQL: the journey" -m browser tests/browser/test_journey.py
  fi
else
  leave_out "Chromium was not found: the browser tests did not run."
fi

echo "== Done"
for sentence in "${left_out[@]:-}"; do [ -n "$sentence" ] && echo "Left out: $sentence"; done
exit 0
