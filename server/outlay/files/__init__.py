"""Receipts' bytes: checked by content, sealed under the book's key, kept in a folder or a bucket."""
