"""Sync: what devices send and fetch. Orders, records and reads; every rule and merge is the ledger's."""
