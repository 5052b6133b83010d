"""Tables in files of their own: CSV and TSV, Excel workbooks, OpenDocument sheets."""

from index.load.sheets.delimited import CSV, TSV
from index.load.sheets.opendocument import ODS
from index.load.sheets.workbook import XLSX

__all__ = ["CSV", "ODS", "TSV", "XLSX"]
