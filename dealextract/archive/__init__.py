"""A press archive through the pipeline, on one machine: inputs → shards → workers → parts → one folder.

Files (`sources`) are cut into numbered documents (`inputs`) and shards, read in workers (`documents`,
`exports`), written as parts (`outputs`, `columns`) that are renamed into place, and remembered in a
manifest (`manifest`), so that a run that was stopped in any way goes on where it was (`run`).
"""
