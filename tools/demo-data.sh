#!/usr/bin/env bash
# Baut Musterstadt mit Freigabe, wenn sie noch nicht da ist. Aufruf: tools/demo-data.sh BIN ORDNER
set -euo pipefail
bin=$1 demo=$2
export SOZIALRAUM_CONFIG="$demo/config"

if [ -d "$demo/musterstadt/freigaben/2025-03" ]; then
  exit 0
fi
rm -rf "$demo/musterstadt"
mkdir -p "$demo"
echo "Baue Musterstadt: 60.000 erfundene Menschen, zehn Jahre …"
"$bin/sozialraum" new "$demo/musterstadt" --example musterstadt
"$bin/sozialraum" check "$demo/musterstadt"
"$bin/sozialraum" run "$demo/musterstadt"
echo "Schütze und prüfe die Zahlen (etwa eine Minute) …"
"$bin/sozialraum" release "$demo/musterstadt" --name 2025-03
