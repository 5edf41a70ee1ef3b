"""spaCy components, one layer a file; each reads earlier layers and writes its own."""
