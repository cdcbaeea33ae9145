#!/usr/bin/env bash
# Measures, on SQLite and on a throw-away PostgreSQL that keeps every commit (fsync on): `make bench`, or
# `make bench BENCH="content inbox"` for some of it. Ends with 1 when a goal is missed.
set -uo pipefail
cd "$(dirname "$0")/.."
source tests/postgres.sh

bin=${BIN:-.venv/bin}
work=$(mktemp -d)
benches=${BENCH:-content taking delivery export inbox}
missed=0

stop() {
  stop_postgres
  rm -rf "$work"
}
trap stop EXIT

unset DATABASE_URL EMAIL_URL CACHE_URL SITE_URL STATIC_ROOT
export DEBUG=false SECRET_KEY=only-for-benchmarks-only-for-benchmarks-only-for-benchmarks

measure() {
  local bench=$1
  export VAR_DIR=$work/$bench-$2
  mkdir -p "$VAR_DIR"
  "$bin/python" manage.py collectstatic --noinput --verbosity 0
  "$bin/python" -m "tests.bench.$bench" || missed=1
}

postgres=$(find_postgres)
if [ -x "$postgres/initdb" ]; then
  start_postgres ""
fi
for bench in $benches; do
  unset DATABASE_URL
  measure "$bench" sqlite
  if [ -n "${postgres_url:-}" ]; then
    name=bench_$bench
    "$postgres/createdb" --host 127.0.0.1 --port "$port" --username clinic "$name"
    export DATABASE_URL=postgres://clinic@127.0.0.1:$port/$name PGBENCH=$postgres/pgbench
    measure "$bench" postgresql
  fi
done
exit "$missed"
