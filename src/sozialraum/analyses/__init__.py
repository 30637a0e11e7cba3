"""Stored analyses (gespeicherte Analysen): described in `analysen/*.toml`, run on the values inside, told in one sentence.

`definition` reads them, `data` fetches what they need, `places`, `series` and `survey` hold one function per kind,
`kinds` lists them, `store` runs one and writes its result.
"""
