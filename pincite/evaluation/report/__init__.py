"""Writes a result as a page: one HTML file that needs nothing else, in light, in dark, and on paper."""

from pincite.evaluation.report.page import report_html, write_report

__all__ = ["report_html", "write_report"]
