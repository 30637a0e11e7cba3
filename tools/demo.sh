#!/usr/bin/env bash
# Zeigt die Site und daneben die Datenwerkstatt über die gebaute Musterstadt; Strg+C beendet beide. Aufruf: tools/demo.sh BIN ORDNER
set -euo pipefail
bin=$1 demo=$2
export SOZIALRAUM_CONFIG="$demo/config"

"$bin/sozialraum" inside "$demo/musterstadt" --no-browser &
inside=$!
trap 'kill "$inside" 2>/dev/null || true' EXIT
"$bin/sozialraum" serve --demo --data "$demo/daten" --release "$demo"/musterstadt/freigaben/2025-03
