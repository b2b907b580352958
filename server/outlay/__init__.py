"""Outlay: one ledger in two places. The map of the rooms is docs/tour.md."""
