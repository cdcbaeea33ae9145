# Sourced by run.sh and bench.sh: a throw-away PostgreSQL in the folder $work.

# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

find_postgres() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && echo "$folder" && return
  done
  dirname "$(command -v initdb 2>/dev/null || echo /nowhere/initdb)"
}

# start_postgres "-c name=value …": sets postgres_url.
start_postgres() {
  export PGDATA=$work/postgres
  mkdir "$PGDATA" && chmod 700 "$PGDATA" && chmod 755 "$work"
  [ "$(id -u)" = 0 ] && chown postgres "$PGDATA"
  as_postgres "$postgres/initdb" --pgdata "$PGDATA" --auth trust --username clinic --encoding UTF8 >"$work/initdb.log"
  port=$("$bin/python" -c "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")
  as_postgres "$postgres/pg_ctl" start --pgdata "$PGDATA" --silent --wait --log "$PGDATA/log" \
    --options "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= $1"
  postgres_url=postgres://clinic@127.0.0.1:$port/postgres
}

stop_postgres() {
  [ -n "${PGDATA:-}" ] && as_postgres "$postgres/pg_ctl" stop --pgdata "$PGDATA" --mode immediate --silent || true
}
