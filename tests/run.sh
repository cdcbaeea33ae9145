#!/usr/bin/env bash
# The whole suite: on SQLite, on a throw-away PostgreSQL, by the Nu Html Checker, and in a browser against gunicorn.
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

# A Java program from npm, kept outside the repository.
find_html_checker() {
  local version=26.9.27
  local folder=${XDG_CACHE_HOME:-$HOME/.cache}/clinic-site/vnu-$version
  local jar=${VNU_JAR:-$folder/node_modules/vnu-jar/build/dist/vnu.jar}
  command -v java >/dev/null || return 0
  if [ ! -f "$jar" ] && command -v npm >/dev/null; then
    npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --silent "vnu-jar@$version" >&2 || true
  fi
  if [ -f "$jar" ]; then echo "$jar"; fi
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

here="not browser and not validator and not gettext"
suite "SQLite" -n 2 -m "$here"

postgres=$(find_postgres)
if [ -x "$postgres/initdb" ]; then
  start_postgres "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  DATABASE_URL=$postgres_url suite "PostgreSQL" -n 2 -m "$here and not pure"  # those just ran
else
  leave_out "PostgreSQL's initdb was not found: the suite did not run on PostgreSQL."
fi

if command -v xgettext >/dev/null && command -v msgfmt >/dev/null; then
  suite "Translations" -m gettext
else
  leave_out "GNU gettext was not found: nobody checked that every text for patients is translated."
fi

VNU_JAR=$(find_html_checker)
if [ -n "$VNU_JAR" ]; then
  export VNU_JAR
  suite "HTML" -m validator
else
  leave_out "Java or npm's vnu-jar was not found: nobody checked that the pages are valid HTML."
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
