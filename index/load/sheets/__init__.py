"""Reads tables in files of their own: CSV and TSV, Excel workbooks, OpenDocument sheets."""
