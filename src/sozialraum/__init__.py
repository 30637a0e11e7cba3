"""sozialraum: strategische Sozialplanung in Kommunen, von der Lieferung bis zur Wirkung."""

__version__ = "0.1.0"
