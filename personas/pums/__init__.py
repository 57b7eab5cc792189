"""Personas' census attributes from the American Community Survey's public use microdata sample (PUMS). No Django."""
