"""The server of tomorrow for one browser test: the real one with a schema that is `OUTLAY_TEST_SCHEMA`.

The spec that this process has read is raised, and each step back to the schema before is a real step of
`sync.schemas`: a transaction's time is told as having come with schema 2, so that the app of today, whose schema is 1,
never sees one. Everything else is the server of today: routes, store, ledger.
"""

from __future__ import annotations

import os

from outlay.kernel import spec
from outlay.ops.cli import main
from outlay.sync import schemas

NEWER = int(os.environ.pop("OUTLAY_TEST_SCHEMA"))

spec.read("sync/entities.json")["schema"] = NEWER
for number in range(3, NEWER + 1):
    schemas.STEPS[number] = lambda entity, fields: fields
schemas.STEPS[2] = lambda entity, fields: {
    name: value for name, value in fields.items() if (entity, name) != ("transaction", "time")
}

if __name__ == "__main__":
    main()
