#!/usr/bin/env bash
# Startet eine PostgreSQL-Datenbank nur für einen Befehl und räumt sie danach weg. Aufruf: tools/with-postgres.sh BEFEHL …
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
  echo "PostgreSQL fehlt; die Tests damit entfallen. Als Verwalterin oder Verwalter: apt-get install postgresql" >&2
  exit 0
fi

folder=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as=()
if [ "$(id -u)" -eq 0 ]; then
  chown postgres "$folder"
  as=(runuser -u postgres --)
fi
trap '"${as[@]}" "$bin/pg_ctl" -D "$folder/db" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT

"${as[@]}" "$bin/initdb" -D "$folder/db" -U sozialraum -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/db" -w -l "$folder/log" \
  -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='$folder' -c fsync=off" start >/dev/null
export SOZIALRAUM_DATABASE="postgres://sozialraum@127.0.0.1:$port/postgres"
"$@"
