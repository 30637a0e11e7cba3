#!/usr/bin/env bash
# Ergänzt die Umgebung um das Extra „spark“, wenn Java da ist. Aufruf: tools/spark.sh VENV
set -euo pipefail
venv=$1

"$venv/bin/python" -c 'import pyspark' 2>/dev/null && exit 0
if ! command -v java >/dev/null; then
  echo "Ohne Java (Debian: openjdk-17-jre-headless) werden die Tests mit Spark übersprungen." >&2
  exit 0
fi
echo "Ergänze Spark für die Tests …"
if command -v uv >/dev/null; then
  uv pip install --quiet --python "$venv/bin/python" --editable ".[spark]" --constraint constraints.txt
else
  "$venv/bin/python" -m pip install --quiet --editable ".[spark]" --constraint constraints.txt
fi
