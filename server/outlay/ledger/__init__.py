"""Money rules live here: accounts, categories, payees, tags, rates, transactions, their lines and rollups.

`commands.apply` is the one door for a write, whoever asks (sync, REST, an import, the command line).
`rules`, `merge`, `lines` and `undo` are pure and exist twice, here and in app/src/ledger.
"""
