"""Read a handed-in file exactly, or say what is wrong with it, line by line. Pure: no Django."""

from files.reading.fields import Fields, Header, ImportColumn
from files.reading.problems import FileProblem, Problems, UnreadableFile, printable
from files.reading.reader import FORMATS, iterate_records, read_file, read_records
from files.reading.records import Limits, Record, Records, Value

__all__ = [
    "FORMATS",
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
    "iterate_records",
    "printable",
    "read_file",
    "read_records",
]
