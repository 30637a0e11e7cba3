"""One example for every address of the site; a new address without an example fails the tests."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

EXAMPLES = {
    "start": "",
    "search": "suche/?q=alt",
    "data": "daten/",
    "selection": "daten/auswahl.csv",
    "rug": "atlas/teppich/",
    "rug_workbook": "atlas/teppich.xlsx",
    "compare": "atlas/vergleich/?gebiete=0101,0104,0107",
    "scatter": "atlas/zusammenhang/",
    "distribution": "atlas/verteilung/",
    "movers": "atlas/bewegung/",
    "similar": "atlas/aehnlich/?gebiet=bezirk:0101",
    "custom": "atlas/eigenes-gebiet/?gebiete=0101,0102",
    "custom_upload": "atlas/eigenes-gebiet/hochladen/",
    "embed": "atlas/einbetten/",
    "picture": "atlas/bild/karte.svg",
    "file": "daten/katalog.json",
    "accessibility": "barrierefreiheit/",
    "report_barrier": "barrierefreiheit/melden/",
    "barriers": "barrierefreiheit/meldungen/",
    "privacy": "datenschutz/",
    "imprint": "impressum/",
    "methods": "methoden/",
    "help": "hilfe/",
    "releases": "freigaben/",
    "choose_release": "freigaben/2025-01/zeigen/",
    "take_in_release": "freigaben/einspielen/",
    "confirm_key": "freigaben/schluessel/",
    "upload_tokens": "freigaben/zugang/",
    "accept_release": "freigaben/annehmen/",
    "rights": "rechte/",
    "begin_preview": "ansicht/",
    "end_preview": "ansicht/beenden/",
    "contacts": "ansprechpersonen/",
    "new_contact": "ansprechpersonen/neu/",
    "ask_contact": "ansprechpersonen/1/frage/",
    "edit_contact": "ansprechpersonen/1/aendern/",
    "remove_contact": "ansprechpersonen/1/entfernen/",
    "towns": "gemeinden/",
    "members": "mitglieder/",
    "remove_member": "mitglieder/1/entfernen/",
    "atlas": "atlas/",
    "areas": "gebiete/",
    "area": "gebiete/bezirk/0101/",
    "indicators": "kennzahlen/",
    "indicator": "kennzahlen/arbeitslosenanteil/",
    "indices": "index/",
    "index": "index/lage_2024/",
    "reports": "berichte/",
    "report_builder": "berichte/neu/",
    "report_texts": "berichte/texte/",
    "report_page": "berichte/vorschau/00000000000000000000000000000000/1.png",
    "report": "berichte/1/",
    "report_file": "berichte/1/datei",
    "change_report": "berichte/1/fortsetzen/",
}
# reading pages: no log-in, no form, no cookie
READING = [
    name
    for name in EXAMPLES
    if name
    not in {
        "report_barrier",
        "custom_upload",
        "embed",
        "barriers",
        "releases",
        "choose_release",
        "take_in_release",
        "confirm_key",
        "upload_tokens",
        "accept_release",
        "rights",
        "begin_preview",
        "end_preview",
        "new_contact",
        "ask_contact",
        "edit_contact",
        "remove_contact",
        "towns",
        "members",
        "remove_member",
        "report_builder",
        "report_texts",
        "report_page",
        "report",
        "report_file",
        "change_report",
    }
]
POSTED = {
    "choose_release",
    "take_in_release",
    "confirm_key",
    "upload_tokens",
    "accept_release",
    "remove_member",
    "change_report",
    "begin_preview",
    "end_preview",
    "remove_contact",
}
PAGES = [name for name in READING if name not in {"selection", "file", "rug_workbook", "picture"}]


def municipal_patterns() -> Iterator[str]:
    """Names of all addresses below a municipality, from the resolver itself; planning has its own list."""
    for entry in get_resolver().url_patterns:
        pattern = str(entry.pattern)
        if isinstance(entry, URLResolver) and "kommune" in pattern and "planung" not in pattern:
            for pattern in entry.url_patterns:
                assert isinstance(pattern, URLPattern)
                yield str(pattern.name)
