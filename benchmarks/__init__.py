"""Benchmarks: one command per budget line, a peer beside us where one installs (Messungen)."""
