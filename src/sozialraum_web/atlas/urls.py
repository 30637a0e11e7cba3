"""Addresses of the atlas inside a municipality."""

from django.urls import path

from sozialraum_web.atlas.views import (
    areas,
    compare,
    custom,
    distribution,
    embed,
    index,
    indicators,
    movers,
    picture,
    rug,
    scatter,
    similar,
    workbench,
)

urlpatterns = [
    path("atlas/", workbench.workbench, name="atlas"),
    path("atlas/teppich/", rug.rug, name="rug"),
    path("atlas/teppich.xlsx", rug.workbook, name="rug_workbook"),
    path("atlas/vergleich/", compare.compare, name="compare"),
    path("atlas/zusammenhang/", scatter.scatter, name="scatter"),
    path("atlas/verteilung/", distribution.distribution, name="distribution"),
    path("atlas/bewegung/", movers.movers, name="movers"),
    path("atlas/eigenes-gebiet/", custom.own_area, name="custom"),
    path("atlas/eigenes-gebiet/hochladen/", custom.upload, name="custom_upload"),
    path("atlas/einbetten/", embed.embed, name="embed"),
    path("atlas/bild/<str:art>.<str:endung>", picture.image, name="picture"),
    path("atlas/aehnlich/", similar.similar, name="similar"),
    path("gebiete/", areas.area_list, name="areas"),
    path("kennzahlen/", indicators.indicator_list, name="indicators"),
    path("kennzahlen/<str:kennzahl>/", indicators.indicator, name="indicator"),
    path("index/", index.index_list, name="indices"),
    path("index/<str:ausgabe>/", index.index, name="index"),
]
