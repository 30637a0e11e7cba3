#!/usr/bin/env bash
# Startet die Datenwerkstatt mit einem Doppelklick (Linux). Der Ordner der Kommune liegt unter „Dokumente/sozialraum“;
# einen anderen nennt die Umgebungsvariable SOZIALRAUM_KOMMUNE. Läuft sie schon, öffnet sich eine neue Adresse.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
documents=$(command -v xdg-user-dir >/dev/null && xdg-user-dir DOCUMENTS || echo "$HOME")
folder=${SOZIALRAUM_KOMMUNE:-$documents/sozialraum}

if [ ! -x "$here/.venv/bin/sozialraum" ]; then
  "$here/tools/setup.sh" "${PYTHON:-python3}" "$here/.venv"
fi
cd "$here"
exec "$here/.venv/bin/sozialraum" inside "$folder" "$@"
