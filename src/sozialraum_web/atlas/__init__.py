"""The public look: map workbench, area profiles, indicators, index; no models."""
