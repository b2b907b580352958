"""The only room that knows a driver or a dialect: engine, write door, snapshots, columns, keys, migrations.

What other rooms use is named here; the column types are in `outlay.store.columns`.
"""

from outlay.store.engine import Store, StoreSettings, open_store, system_clock
from outlay.store.errors import Duplicate, StoreError
from outlay.store.keys import SERVER_SCOPE, aad
from outlay.store.master import master_key
from outlay.store.read import Read
from outlay.store.shape import Row
from outlay.store.write import Tx

__all__ = [
    "SERVER_SCOPE", "Duplicate", "Read", "Row", "Store", "StoreError", "StoreSettings", "Tx",
    "aad", "master_key", "open_store", "system_clock",
]  # fmt: skip
