"""One exception root; every message says what was given, what was expected and what to do."""


class DealextractError(Exception):
    """Root of the errors that this package raises; `exit_status` is the command line's."""

    exit_status = 1


class UnsupportedLanguage(DealextractError):
    """The language asked for, or found, is not one of those that the package reads."""

    exit_status = 3


class ModelNotFound(DealextractError):
    """The trained tagger's files are missing or incomplete."""

    exit_status = 4


class InvalidInput(DealextractError):
    """A document cannot be read: wrong encoding, wrong JSON, no `text`, not a string."""

    exit_status = 5


class TextTooLong(InvalidInput):
    """A text is longer than the stated limit."""


class LexiconError(DealextractError):
    """A language's TOML file does not have the form that its component expects."""


class InvalidRecord(DealextractError):
    """A record contradicts the schema: unknown reference, offsets that do not give the text."""


class MissingExtra(DealextractError):
    """A part of the package needs a library that the default installation leaves out."""

    exit_status = 6


class OutputError(DealextractError):
    """Results cannot be written: a full disk, no right to write, a folder that belongs to another run."""

    exit_status = 7
