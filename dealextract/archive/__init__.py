"""A press archive through the pipeline, on one machine: inputs → shards → workers → parts → one folder.

Inputs are cut into numbered documents and shards (`inputs`), read in worker processes (`documents`,
`exports`), written as parts (`outputs`, `columns`) that are renamed into place, and remembered in a
manifest (`manifest`), so that a run that was stopped in any way goes on where it was (`run`).
"""
