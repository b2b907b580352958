"""The server of tomorrow for one browser test: the real one with a schema that is `OUTLAY_TEST_SCHEMA`.

The spec that this process has read is raised, and each step back to the schema before is a real step of
`sync.schemas` (here: the newer schema has nothing that the older one must not see). Everything else is the
server of today: routes, store, ledger.
"""

from __future__ import annotations

import os

from outlay.kernel import spec
from outlay.ops.cli import main
from outlay.sync import schemas

NEWER = int(os.environ.pop("OUTLAY_TEST_SCHEMA"))

spec.read("sync/entities.json")["schema"] = NEWER
for number in range(2, NEWER + 1):
    schemas.STEPS[number] = lambda entity, fields: fields

if __name__ == "__main__":
    main()
