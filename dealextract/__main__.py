"""`python -m dealextract`, and the console script of the same name."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from dealextract.cli import app

    app()


if __name__ == "__main__":
    main()
