#!/usr/bin/env bash
# Richtet PySAL als Vergleich für die Tests ein, in einer eigenen Umgebung (etwa 900 MB). Aufruf: tools/peers.sh PYTHON ORDNER
set -euo pipefail
python=$1 folder=$2

"$folder/bin/python" -c 'import esda, libpysal, segregation' 2>/dev/null && exit 0
echo "Richte PySAL für den Vergleich der räumlichen Statistik ein (einmalig) …"
mkdir -p "$(dirname "$folder")"
if command -v uv >/dev/null; then
  uv venv --quiet --python "$python" "$folder" && uv pip install --quiet --python "$folder/bin/python" --group peers
else
  "$python" -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --upgrade "pip>=25.1" && "$folder/bin/python" -m pip install --quiet --group peers
fi || echo "PySAL ließ sich nicht einrichten; die Tests dazu werden übersprungen." >&2
