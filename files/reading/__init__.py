"""Read a handed-in file exactly, or say what is wrong with it, line by line. Pure: no Django."""

from files.reading.content import Data, as_file, sha256_of
from files.reading.fields import Fields, Header, ImportColumn
from files.reading.problems import FileProblem, Problems, UnreadableFile, printable
from files.reading.reader import FORMATS, iterate_records, read_records
from files.reading.records import Limits, Record, Records, Value

__all__ = [
    "FORMATS",
    "Data",
    "Fields",
    "FileProblem",
    "Header",
    "ImportColumn",
    "Limits",
    "Problems",
    "Record",
    "Records",
    "UnreadableFile",
    "Value",
    "as_file",
    "iterate_records",
    "printable",
    "read_records",
    "sha256_of",
]
