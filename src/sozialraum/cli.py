"""The commands: sozialraum new | inspect | check | run | analyse | release | index | audit | trust | import | export | report | serve | inside (Befehlszeile)."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, CycloptsError, Parameter

from sozialraum.errors import Finding, Severity, SozialraumError, errors_of

if TYPE_CHECKING:
    from sozialraum.disclosure.gate import Progress

FINE, FINDINGS, WRONG_USE = 0, 1, 2
Format = Literal["csv", "parquet", "xlsx", "gpkg", "geojson", "svg", "png", "sdmx", "kommonitor", "dcat"]
ReportFormat = Literal["pdf", "docx", "pptx", "xlsx", "html"]
DATA = Path("daten")

app = App(
    name="sozialraum",
    help="Strategische Sozialplanung: von der Lieferung bis zur geprüften Freigabe.",
    help_format="plaintext",
    version_flags=["--version"],
    suppress_keyboard_interrupt=False,
)
Json = Annotated[bool, Parameter(name="--json", negative="", help="Ausgabe für Maschinen")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 when fine, 1 with findings, 2 for wrong use. Never shows a stack trace for a user's mistake."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in tokens
    try:
        result = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
        return int(result or FINE)
    except CycloptsError as error:
        print(
            f"Der Aufruf ist nicht verständlich: {_usage(error)}\n„sozialraum --help“ zeigt die Befehle.",
            file=sys.stderr,
        )
        return WRONG_USE
    except SozialraumError as error:
        _tell(error.findings, as_json)
        return FINDINGS
    except OSError as error:
        _tell(
            [
                Finding(
                    f"Ein Datei- oder Netzzugriff ist gescheitert: {error.strerror or error}.",
                    "Prüfen Sie Ordner und Zugriffsrechte.",
                    file=str(error.filename or ""),
                )
            ],
            as_json,
        )
        return FINDINGS
    except KeyboardInterrupt:
        print("Abgebrochen. Es wurde nichts Halbfertiges geschrieben.", file=sys.stderr)
        return FINDINGS


def _usage(error: CycloptsError) -> str:
    return " ".join(str(error).split()) or type(error).__name__


SHOWN = 10


def _lines(findings: Sequence[Finding]) -> list[str]:
    """One line per finding; of a kind (same words, other figures) the first ten, then their number."""
    kinds: dict[tuple[str, str], int] = {}
    lines: list[str] = []
    for finding in findings:
        kind = (finding.severity.value, re.sub(r"„[^“]*“|\(.*?\)|[\w-]*\d[\w.-]*", "", finding.message))
        kinds[kind] = kinds.get(kind, 0) + 1
        if kinds[kind] <= SHOWN:
            lines.append(f"{finding.severity.value}: {finding}")
    more = sum(number - SHOWN for number in kinds.values() if number > SHOWN)
    if more:
        lines.append(f"… und {more} weitere derselben Art; „--json“ zeigt alle.")
    return lines


def _tell(findings: Sequence[Finding], as_json: bool) -> None:
    """Print findings with their places; of many of one kind the first, and how many more there are."""
    if as_json:
        print(
            json.dumps(
                {"findings": [finding.as_dict() for finding in findings]}, ensure_ascii=False, indent=1
            )
        )
        return
    for line in _lines(findings):
        print(line, file=sys.stderr)
    wrong = len(errors_of(findings))
    if wrong > 1:
        print(
            f"\n{wrong} Fehler. Es wurde nichts geschrieben; frühere Ergebnisse sind unverändert.",
            file=sys.stderr,
        )


def _say(text: str, content: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1) if as_json else text)


def _warn(findings: Sequence[Finding], as_json: bool) -> None:
    if not as_json:
        _tell([finding for finding in findings if finding.severity is Severity.WARNING], as_json=False)


@app.command
def new(
    folder: Path,
    *,
    example: Literal["", "musterstadt", "musterstadt-statistikstelle"] = "",
    population: int = 60_000,
    seed: int = 20_241_231,
    json: Json = False,
) -> int:
    """Einen Kommunenordner anlegen, leer oder mit der erfundenen Musterstadt.

    Parameters
    ----------
    folder
        Der neue Ordner; er darf noch nicht bestehen oder muss leer sein.
    example
        „musterstadt“ füllt ihn mit einer erfundenen Stadt zum Kennenlernen, „musterstadt-statistikstelle“ mit derselben
        Stadt, deren abgeschottete Stelle Personensätze auszählt.
    population
        Zahl der Personen der Musterstadt.
    seed
        Startwert des Zufalls; derselbe ergibt dieselbe Stadt.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SozialraumError(
            Finding("Der Ordner ist nicht leer.", "Wählen Sie einen neuen Ordner.", file=str(folder))
        )
    if example:
        from sozialraum import musterstadt

        write = musterstadt.write if example == "musterstadt" else musterstadt.write_secluded
        write(folder, population=population, seed=seed)
    else:
        from sozialraum import scaffold

        scaffold.write(folder)
    _say(f"Angelegt: {folder}\nWeiter mit: sozialraum check {folder}", {"folder": str(folder)}, json)
    return FINE


@app.command
def inspect(
    file: Path, *, sheet: str = "", folder: Path | None = None, write: Path | None = None, json: Json = False
) -> int:
    """Sagen, was eine Tabelle ist, und ein Rezept für sie entwerfen.

    Parameters
    ----------
    file
        Die Tabelle: CSV, XLSX, XLS oder ODS.
    sheet
        Das Blatt einer Arbeitsmappe; ohne Angabe jedes, das eine Tabelle enthält.
    folder
        Der Kommunenordner: Dann werden Gebiete, eigene Merkmale und schon bekannte Lieferungen erkannt.
    write
        Der Ordner der Quelle (lieferungen/<quelle>), in den der Entwurf als rezept.toml geschrieben wird.
    """
    from sozialraum import inspecting

    seen = inspecting.look(file, sheet=sheet, folder=folder)
    if write is not None:
        seen.write(write)
    _say(seen.text, seen.as_dict(), json)
    return FINE if seen.drafts or seen.known else FINDINGS


@app.command
def check(folder: Path, *, json: Json = False) -> int:
    """Alle Lieferungen lesen und jeden Befund auf einmal zeigen."""
    from sozialraum import municipality, pipeline

    delivered, findings = pipeline.check(municipality.read(folder))
    blocking = errors_of(findings)
    _tell(findings, json)
    if not json:
        warnings = len(findings) - len(blocking)
        print(
            f"{len({d.path for d in delivered.files})} Dateien gelesen, {_thousands(len(delivered.counts))} Grundzahlen, {len(blocking)} Fehler, {warnings} Hinweise."
        )
    return FINDINGS if blocking else FINE


@app.command
def run(folder: Path, *, json: Json = False) -> int:
    """Aus Grundzahlen Kennzahlen und Indizes rechnen; schreibt werte/ (bleibt innen)."""
    from sozialraum import municipality, pipeline

    result = pipeline.run(municipality.read(folder))
    written, findings = pipeline.write_values(result)
    _warn([*result.findings, *findings], json)
    indicators = result.values["indicator"].nunique()
    _say(
        f"{indicators} Kennzahlen, {_thousands(len(result.values))} Werte: {written}\nDiese Werte sind ungeschützt und bleiben innen. Weiter mit: sozialraum release {folder}",
        {"indicators": indicators, "values": len(result.values), "folder": str(written)}, json,
    )  # fmt: skip
    return FINE


@app.command
def analyse(folder: Path, name: str = "", *, json: Json = False) -> int:
    """Eine gespeicherte Analyse rechnen (analysen/*.toml); ohne NAME alle nennen, die es gibt.

    Parameters
    ----------
    name
        Name der Analyse; das Ergebnis liegt danach in werte/analysen/NAME und bleibt innen.
    """
    from sozialraum import municipality
    from sozialraum.analyses import kinds, store

    town = municipality.read(folder)
    if not name:
        found = store.stored(town)
        lines = [f"{one.id}: {one.label} ({kinds.KINDS[one.kind].label})" for one in found.values()]
        _say(
            "\n".join(lines) or "Noch keine Analyse: Beschreiben Sie eine in analysen/*.toml.",
            {"analyses": [one.model_dump() for one in found.values()]},
            json,
        )
        return FINE
    done = store.run(town, name)
    where = "aus einer Freigabe" if done.protected else "aus ungeschützten Werten, bleibt innen"
    _say(
        f"{done.outcome.sentence}\nWann nicht verwenden: {done.kind.not_for}\nErgebnis ({where}): {done.folder}",
        {
            "analysis": done.analysis.id, "sentence": done.outcome.sentence, "not_for": done.kind.not_for,
            "folder": str(done.folder), "protected": done.protected,
        },
        json,
    )  # fmt: skip
    return FINE


@app.command
def release(folder: Path, *, name: str = "", json: Json = False) -> int:
    """Schützen, prüfen, unterschreiben: schreibt freigaben/NAME oder gibt nichts frei.

    Parameters
    ----------
    name
        Name der Freigabe, zum Beispiel 2025-03; ohne Angabe das heutige Datum.
    """
    from sozialraum import municipality, pipeline

    with ProgressBar("Schützen und prüfen", quiet=json) as progress:
        done = pipeline.release(
            municipality.read(folder), name, progress=progress, processes=os.cpu_count() or 1
        )
    _warn(done.findings, json)
    record = done.release.protocol
    if done.unchanged:
        _say(
            f"Freigabe {done.release.name}: unverändert",
            {"release": str(done.release.path), "unchanged": True},
            json,
        )
        return FINE
    _say(
        f"Freigabe {done.release.name}: {done.release.path}\n"
        f"  {_protection(record)}\n"
        f"  Schlüssel {record['signature']['fingerprint']}",
        {"release": str(done.release.path), "unchanged": False, "protocol": dict(record)}, json,
    )  # fmt: skip
    return FINE


def _protection(record: Mapping[str, Any]) -> str:
    """What was hidden and proved, in one or two lines."""
    if not record["cells"]:
        return "Alle Zahlen haben ihre Quellen schon veröffentlicht; es war nichts zu schützen."
    return (
        f"{record['cells']} Zellen, gesperrt {record['hidden']} ({_percent(record['hidden_share_of_cells'])} der Zellen; "
        f"Anteil der Fälle darin: {record['hidden_share_of_persons']})\n"
        f"  Prüfung {record['audit']['verdict']}: kein gesperrter Wert lässt sich eingrenzen"
    )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %".replace(".", ",")


class ProgressBar:
    """A progress bar for the terminal; silent for machines."""

    def __init__(self, title: str, *, quiet: bool) -> None:
        self.title, self.quiet = title, quiet

    def __enter__(self) -> Progress | None:
        if self.quiet or not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import Progress as Bars

        self.bars = Bars(console=Console(stderr=True), transient=True)
        task = self.bars.add_task(self.title)
        self.bars.start()
        return lambda period, done, total: self.bars.update(
            task, description=f"{self.title} ({period})", completed=done, total=total
        )

    def __exit__(self, *_: object) -> None:
        if hasattr(self, "bars"):
            self.bars.stop()


@app.command
def audit(
    release: Path,
    *,
    earlier: tuple[Path, ...] = (),
    values: Path | None = None,
    page: Path | None = None,
    json: Json = False,
) -> int:
    """Eine Freigabe angreifen: Prüfsummen, Unterschrift und jeder gesperrte Wert, der sich errechnen lässt.

    Parameters
    ----------
    earlier
        Frühere Freigaben, die ein Angreifer auch hat.
    values
        Der innere Ordner werte/ der Kommune: dann wird die volle Zusage geprüft.
    page
        Das Protokoll als druckbare Seite (HTML) hierhin schreiben; mit --values auch, was nur im Journal steht.
    """
    from sozialraum import auditing

    result = auditing.audit(release, earlier, values)
    if page is not None:
        auditing.write_page(release, page, values)
    if any(f.severity is Severity.ERROR for f in result.findings):
        _tell(result.findings, json)
        return FINDINGS
    _warn(result.findings, json)
    _say(
        f"Geprüft: {result.summary}",
        {
            "findings": [f.as_dict() for f in result.findings],
            "summary": result.summary,
            "hidden": result.hidden,
        },
        json,
    )
    return FINE


IndexAction = Literal["list", "compute", "compare", "stability", "sheet", "save"]


@app.command
def index(
    folder: Path,
    action: IndexAction = "list",
    edition: str = "",
    other: str = "",
    *,
    release: str = "",
    weight: tuple[str, ...] = (),
    label: str = "",
    output: Path | None = None,
    format: tuple[Literal["html", "pdf", "docx"], ...] = ("html", "pdf"),
    json: Json = False,
) -> int:
    """Indizes auflisten, rechnen, vergleichen, auf Stabilität prüfen, speichern; Methoden- und Stabilitätsblatt schreiben.

    Gerechnet wird mit den geschützten Werten der jüngsten Freigabe; ohne Freigabe mit den inneren.

    Parameters
    ----------
    action
        list, compute (Tabelle), compare (EDITION mit OTHER), stability, sheet (Blätter als HTML und PDF) oder save (EDITION
        mit anderen Gewichten als OTHER in indizes/ ablegen).
    edition
        Die Index-Ausgabe.
    other
        Die zweite Ausgabe oder der Name der neuen.
    release
        Eine bestimmte Freigabe statt der jüngsten.
    weight
        Ein anderes Gewicht, zum Beispiel kinder_sgb2=2; mehrfach möglich.
    label
        Bezeichnung der neuen Ausgabe (save).
    output
        Zielordner der Blätter (ohne Angabe indexblaetter/ im Kommunenordner) oder der Tabelle.
    format
        Format der Blätter; mehrfach möglich.
    """
    from sozialraum import index_commands

    text, content, findings = index_commands.run(
        folder,
        action,
        edition,
        other,
        release=release,
        weights=weight,
        label=label,
        output=output,
        formats=format,
    )
    _warn(findings, json)
    _say(text, content, json)
    return FINE


@app.command
def trust(key: str, *, municipality: str = "", data: Path = DATA, yes: bool = False) -> int:
    """Der Site den Schlüssel einer freigebenden Stelle bekannt machen.

    Parameters
    ----------
    key
        64 Zeichen, eine PEM-Datei oder ein Freigabeordner.
    municipality
        Für welche Kommune der Schlüssel gilt (bei einem Freigabeordner: seine eigene).
    yes
        Der Fingerabdruck wurde verglichen; nicht nachfragen.
    """
    from sozialraum import release as releases
    from sozialraum_web import commands

    public = releases.read_public_key(key)
    if not municipality and Path(key).is_dir():
        municipality = releases.read(Path(key)).municipality
    if not municipality:
        raise SozialraumError(
            Finding("Es fehlt, für welche Kommune der Schlüssel gilt.", "Ergänzen Sie --municipality NAME.")
        )
    print(f"Fingerabdruck: {releases.fingerprint(public)}")
    if not yes and not _confirmed("Stimmt er mit dem überein, den die Stelle nennt? [j/N] "):
        print("Nicht aufgenommen. Wenn er stimmt: denselben Aufruf mit --yes wiederholen.")
        return FINDINGS
    print(commands.trust(public, data, municipality, yes=True))
    return FINE


def _confirmed(question: str) -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and input(question).strip().lower() in ("j", "ja")


@app.command(name="import")
def import_(release: Path, *, data: Path = DATA) -> int:
    """Eine Freigabe in die Site übernehmen; zweimal dieselbe ändert nichts."""
    from sozialraum_web import commands

    print(commands.import_release(release, data))
    return FINE


@app.command
def tenants(
    preset: str,
    *,
    town: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    district: str = "",
    data: Path = DATA,
) -> int:
    """Kreis und Gemeinden nach einem Modell einrichten: einzeln, gastgeber, kreisdaten, gemischt.

    Parameters
    ----------
    preset
        Modell der Zusammenarbeit
    town
        Gemeinde als adresse=Name, mehrfach möglich
    district
        Kreis als adresse=Name
    data
        Datenordner der Site
    """
    from sozialraum_web import commands

    print(commands.tenants(preset, data, town, district))
    return 0


@app.command
def export(release: Path, *, format: Format, output: Path = Path(), json: Json = False) -> int:
    """Offene Daten aus einer Freigabe schreiben; beachtet Reichweite und Lizenz der Quellen.

    Parameters
    ----------
    output
        Zielordner.
    """
    from sozialraum import release as releases
    from sozialraum.products import export as exports

    written, findings = exports.write(releases.read(release), format, output)
    _warn(findings, json)
    _say("\n".join(str(path) for path in written), {"files": [str(path) for path in written]}, json)
    return FINE


@app.command
def report(
    release: Path,
    *,
    output: Path,
    template: str = "gebietsprofil",
    area: tuple[str, ...] = (),
    format: ReportFormat = "pdf",
    level: str = "",
    version: str = "",
    texts: Path | None = None,
    design: Path | None = None,
    earlier: Path | None = None,
    processes: int = 0,
    json: Json = False,
) -> int:
    """Berichte aus einer Freigabe schreiben; was schon fertig ist, bleibt, ein abgebrochener Lauf wird fortgesetzt.

    Parameters
    ----------
    output
        Zielordner.
    template
        Name einer mitgelieferten Vorlage („sozialraum report-templates“ zeigt sie) oder eine eigene Datei (….toml).
    area
        Schlüssel eines Gebiets; ohne Angabe alle der Ebene.
    level
        Gebietsebene; ohne Angabe die der Vorlage, sonst die feinste.
    version
        Gebietsstand; ohne Angabe der heutige.
    texts
        Ordner mit eigenen Texten: KAPITEL.md für alle, KAPITEL/GEBIET.md für ein Gebiet.
    design
        Datei mit Farben, Logo und Schrift der Kommune (gestaltung.toml).
    earlier
        Eine frühere Freigabe, mit der ein Veränderungsbericht vergleicht.
    processes
        Zahl der Prozesse; ohne Angabe so viele wie Kerne.
    """
    from sozialraum.products.report import batch, compose, holding, templates
    from sozialraum.products.report import design as designs
    from sozialraum.products.report import texts as own

    chosen = templates.find(template)
    found, findings = own.read(texts)
    if errors_of(findings):
        raise SozialraumError(findings)
    held = holding.hold(release)
    place, stand = compose.place_of(held, chosen, level, version)
    orders = compose.orders(held, chosen, place, stand, area)
    job = batch.Job(release, chosen, place, stand, format, found, designs.read(design), earlier)
    findings += compose.unused(held, chosen, place, stand, found)
    _warn(findings, json)
    with ProgressBar("Berichte schreiben", quiet=json) as progress:
        done = batch.write(
            job, held, orders, output, processes=processes or os.cpu_count() or 1, progress=progress
        )
    kept = f" ({done.kept} waren schon da)" if done.kept else ""
    shown = "\n".join(str(path) for path in done.files[:SHOWN])
    more = f"\n… und {len(done.files) - SHOWN} weitere" if len(done.files) > SHOWN else ""
    _say(
        f"{len(done.files)} Berichte{kept}: {output}\n{shown}{more}",
        {"files": [str(path) for path in done.files], "kept": done.kept, "release": held.catalogue.release}, json,
    )  # fmt: skip
    return FINE


@app.command
def report_templates(*, json: Json = False) -> int:
    """Die mitgelieferten Vorlagen für Berichte zeigen."""
    from sozialraum.products.report import templates

    known = templates.shipped()
    lines = [f"{id:22} {item.title}: {item.description}" for id, item in known.items()]
    _say("\n".join(lines), {"templates": {id: item.description for id, item in known.items()}}, json)
    return FINE


@app.command
def serve(
    *,
    data: Path = DATA,
    release: tuple[Path, ...] = (),
    host: str = "127.0.0.1",
    port: int = 8000,
    demo: bool = False,
) -> int:
    """Die Site auf diesem Rechner zeigen (SQLite, kein weiterer Dienst).

    Parameters
    ----------
    release
        Freigaben, die vor dem Start übernommen werden.
    demo
        Beispielbetrieb: Schlüssel der genannten Freigaben gelten, Zugänge werden angelegt und einmal genannt.
    """
    from sozialraum_web import commands

    commands.serve(data, release, host=host, port=port, demo=demo)
    return FINE


@app.command
def inside(folder: Path, *, port: int = 8010, browser: bool = True) -> int:
    """Die Datenwerkstatt im Browser: derselbe Weg ohne Terminal, nur auf diesem Rechner.

    Parameters
    ----------
    folder
        Der Ordner der Kommune; ein leerer oder neuer führt durch die ersten Schritte.
    browser
        Den Browser gleich öffnen; mit --no-browser wird nur die Adresse genannt.
    """
    from sozialraum_inside import commands

    commands.serve(folder, port=port, browser=browser)
    return FINE


def entry() -> None:
    """The console script."""
    sys.exit(main())


if __name__ == "__main__":
    entry()
