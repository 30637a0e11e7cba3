#!/usr/bin/env bash
# Richtet die Python-Umgebung ein: mit uv, wenn es da ist, sonst mit pip. Aufruf: tools/setup.sh PYTHON VENV
set -euo pipefail
python=$1 venv=$2

if ! command -v "$python" >/dev/null; then
  if command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=python3
  else
    echo "Python 3.11 oder neuer fehlt. Unter Debian: apt-get install python3.11 python3.11-venv" >&2
    exit 1
  fi
fi

echo "Richte die Umgebung ein (einmalig, etwa eine Minute) …"
if command -v uv >/dev/null; then
  [ -x "$venv/bin/python" ] || uv venv --quiet --python "$python" "$venv"
  uv pip install --quiet --python "$venv/bin/python" --editable ".[postgres]" --constraint constraints.txt --group dev
else
  if [ ! -x "$venv/bin/python" ] && ! "$python" -m venv "$venv"; then
    echo "Das Modul venv fehlt. Unter Debian: apt-get install python3-venv" >&2
    exit 1
  fi
  "$venv/bin/python" -m pip install --quiet --upgrade "pip>=25.1"
  "$venv/bin/python" -m pip install --quiet --editable ".[postgres]" --constraint constraints.txt --group dev
fi
