"""Addresses of the atlas inside a municipality."""

from django.urls import path

from sozialraum_web.atlas.views import areas, index, indicators, workbench

urlpatterns = [
    path("atlas/", workbench.workbench, name="atlas"),
    path("gebiete/", areas.area_list, name="areas"),
    path("kennzahlen/", indicators.indicator_list, name="indicators"),
    path("kennzahlen/<str:kennzahl>/", indicators.indicator, name="indicator"),
    path("index/", index.index_list, name="indices"),
    path("index/<str:ausgabe>/", index.index, name="index"),
]
