"""How the outside is talked to: one file each. Errors come back by meaning (`core.errors`), secrets never."""
