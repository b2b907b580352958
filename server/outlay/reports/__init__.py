"""Reports: runs spec/reports/*.sql and shapes the answer. It reads, and never writes."""

from outlay.reports.ask import PARAMETERS
from outlay.reports.queries import book_report
from outlay.reports.report import REPORTS, report

__all__ = ["PARAMETERS", "REPORTS", "book_report", "report"]
