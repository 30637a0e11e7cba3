"""Every address of the Datenwerkstatt."""

from __future__ import annotations

from django.urls import path

from sozialraum_inside.views import (
    areas,
    bench,
    corrections,
    deliveries,
    gate,
    indicators,
    journal,
    people,
    start,
    studies,
    values,
    work,
)

urlpatterns = [
    path("", start.start),
    path("anlegen/", start.found),
    path("ueben/", start.practise),
    path("gebiete/", areas.overview),
    path("gebiete/<str:id>/", areas.choose),
    path("lieferungen/", deliveries.overview),
    path("lieferungen/alle/uebernehmen/", deliveries.take_all),
    path("lieferungen/<str:id>/", deliveries.sheet),
    path("lieferungen/<str:id>/verwerfen/", deliveries.discard),
    path("rechnen/", work.compute),
    path("arbeit/<str:id>/", work.show),
    path("arbeit/<str:id>/abbrechen/", work.stop),
    path("werte/", values.show),
    path("herkunft/", values.origin),
    path("kennzahlen/", indicators.overview),
    path("index/", bench.workbench),
    path("analysen/", studies.overview),
    path("analysen/neu/<str:kind>/", studies.new),
    path("analysen/<str:id>/", studies.show),
    path("analysen/<str:id>/aendern/", studies.edit),
    path("analysen/<str:id>/tun/", studies.act),
    path("freigabe/", gate.overview),
    path("freigabe/<str:name>.zip", gate.download),
    path("korrekturen/", corrections.overview),
    path("korrekturen/<int:place>/", corrections.correct),
    path("anmelden/", people.log_in),
    path("abmelden/", people.log_out),
    path("konten/", people.overview),
    path("konten/<str:id>/", people.change),
    path("journal/", journal.show),
    path("journal/<str:id>/zuruecknehmen/", journal.undo),
]
