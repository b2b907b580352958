"""People, credentials, sessions, books and who may do what with them. Knows nothing of money or of HTTP."""
