@echo off
rem Startet die Datenwerkstatt mit einem Doppelklick (Windows). NICHT ERPROBT: Bitte melden Sie, ob es geht.
rem Voraussetzung: Python 3.11 oder neuer von python.org. Der Ordner der Kommune liegt unter Dokumente\sozialraum;
rem einen anderen nennt die Umgebungsvariable SOZIALRAUM_KOMMUNE.
setlocal
cd /d "%~dp0.."
if not defined SOZIALRAUM_KOMMUNE set "SOZIALRAUM_KOMMUNE=%USERPROFILE%\Documents\sozialraum"
if not exist ".venv\Scripts\sozialraum.exe" (
  py -3 -m venv .venv || goto fehler
  .venv\Scripts\python -m pip install --quiet --editable . --constraint constraints.txt || goto fehler
)
.venv\Scripts\sozialraum inside "%SOZIALRAUM_KOMMUNE%"
goto ende
:fehler
echo Die Einrichtung ist gescheitert. Ist Python 3.11 oder neuer installiert?
:ende
pause
