#!/usr/bin/env bash
# Legt die Debian-Pakete bereit, die Tests brauchen: Chromium für die Browsertests, Poppler für PDF, mit „all“ auch PostgreSQL, LibreOffice und Java (Spark).
# Ohne Verwalterrechte wird nur gesagt, was fehlt; die Tests überspringen es dann mit Begründung.
set -euo pipefail

wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
command -v npm >/dev/null || wanted+=(npm)
command -v pdftotext >/dev/null || wanted+=(poppler-utils)
if [ "${1:-}" = all ] && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then wanted+=(postgresql); fi
if [ "${1:-}" = all ] && ! command -v soffice >/dev/null; then wanted+=(libreoffice-writer-nogui libreoffice-impress-nogui); fi
if [ "${1:-}" = all ] && ! command -v java >/dev/null; then wanted+=(openjdk-17-jre-headless); fi
[ ${#wanted[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "Installiere für die Tests: ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
else
  echo "Für alle Tests fehlen Debian-Pakete: ${wanted[*]}. Als Verwalterin oder Verwalter: apt-get install ${wanted[*]}" >&2
fi
