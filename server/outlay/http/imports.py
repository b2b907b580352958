"""Bank files: upload and preview, answer, carry out, take back."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, cast

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from outlay.http import body
from outlay.http.nouns import Cursor, Limit, RowId
from outlay.http.rooms import Access
from outlay.http.shapes import Id, Moment
from outlay.identity import books
from outlay.identity.rules import Role
from outlay.importing import commands, queries
from outlay.kernel import limits
from outlay.kernel.ids import is_id
from outlay.kernel.refusal import Refusal
from outlay.store.engine import Store

FILE_LIMIT: Final = limits.IMPORT_BYTES + 100_000
"""The file, and the rest of the form."""

Found = dict[str, Any]


class ImportOptions(Struct, kw_only=True, forbid_unknown_fields=True):
    """Answers and overrides. What is left out stays as found or as answered before; null takes an answer back."""

    format: Literal["ofx", "csv"] | UnsetType | None = UNSET
    encoding: Annotated[str, Meta(min_length=1, max_length=40)] | UnsetType | None = UNSET
    delimiter: Literal[",", ";", "\t", "|"] | UnsetType | None = UNSET
    skip_lines: Annotated[int, Meta(ge=0, le=10000)] | UnsetType | None = UNSET
    header: bool | UnsetType | None = UNSET
    columns: dict[str, Any] | UnsetType | None = UNSET
    date_order: Literal["dmy", "mdy", "ymd"] | UnsetType | None = UNSET
    decimal: Literal[".", ","] | UnsetType | None = UNSET
    sign: Literal["as_is", "inverted"] | UnsetType | None = UNSET
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] | UnsetType | None = UNSET
    accounts: dict[str, Any] | UnsetType | None = UNSET
    rows: dict[str, Literal["import", "skip"]] | UnsetType | None = UNSET
    skip_faulty: bool | UnsetType | None = UNSET


class ImportProblem(Struct, kw_only=True):
    """Why a row cannot be imported."""

    code: str
    detail: str


class ImportRow(Struct, kw_only=True):
    """A row of the file, and what would become of it. `match` is the transaction it is, or may be. `amount` is
    decimal text as the file has it; `amount_minor` is there once the currency is known."""

    index: int
    line: int | None
    day: str | None
    time: str | None
    amount: str | None
    amount_minor: int | None
    currency: str | None
    account: str
    account_id: str | None
    payee: str | None
    note: str | None
    category: str | None
    bank_id: str | None
    state: Literal["new", "present", "possible", "faulty"]
    selected: bool
    problem: ImportProblem | None
    match: str | None


class ImportPreview(Struct, kw_only=True):
    """What a file holds and what an import would do. `questions` are what cannot be known and must be answered."""

    id: Id
    status: Literal["preview", "done", "undone"]
    format: str
    file_name: str | None
    created_at_ms: Moment
    options: Found
    findings: Found
    questions: list[Found]
    accounts: list[Found]
    counts: dict[str, int]
    skipped: list[Found]
    rows: list[ImportRow]
    rows_from: int
    rows_total: int


class Import(Struct, kw_only=True):
    """An import. `count` transactions were made, with version `ver`."""

    id: Id
    status: Literal["preview", "done", "undone"]
    format: str
    person_id: str | None
    created_at_ms: Moment
    done_at_ms: int | None
    undone_at_ms: int | None
    ver: int | None
    count: int | None
    file_name: str | None


class ImportList(Struct, kw_only=True):
    """Imports, the newest first."""

    items: list[Import]
    next: str | None


class ImportDone(Struct, kw_only=True):
    """What an import did: how many transactions it made, and how many rows it left out and why."""

    import_id: Id
    ver: int | None
    created: int
    present: int
    possible: int
    faulty: int
    accounts: Any = None


@get("/imports", tags=["imports"], summary="List imports")
async def list_imports(
    access: NamedDependency[Access], cursor: Cursor = None, limit: Limit = limits.PAGE_ITEMS
) -> ImportList:
    """The newest first."""
    if cursor is not None and not is_id(cursor):
        raise Refusal("parameter_invalid", field="cursor")
    rows = await access.read(
        lambda read: queries.listed(read, access.book_id, before=cursor, limit=limit + 1)
    )
    items = [msgspec.convert(row, Import) for row in rows[:limit]]
    return ImportList(items=items, next=items[-1].id if len(rows) > limit else None)


@post(
    "/imports",
    tags=["imports"],
    summary="Upload a file",
    opt={"multipart": True, "heavy": True},
    request_max_body_size=FILE_LIMIT,
)
async def create_import(
    access: NamedDependency[Access], request: Request[Any, Any, Any]
) -> Response[ImportPreview]:
    """Reads an OFX, QFX or CSV file and answers what it holds; nothing of the book changes.
    The form has a `file` and, if something is known already, `options` as JSON (ImportOptions).
    Refuses `import_format` and other `import_*`, with the line."""
    role = await access.role(to="write")
    form = await _form(request)
    options = body.decode(form.options, ImportOptions) if form.options else ImportOptions()
    made = await commands.create(
        _store(access),
        access.book_id,
        person_id=access.caller.person_id,
        role=role,
        data=form.data,
        file_name=form.name,
        options=msgspec.to_builtins(options),
    )
    preview = msgspec.convert(made, ImportPreview)
    return Response(preview, status_code=201, headers={"location": f"/api/v1/imports/{preview.id}"})


@get("/imports/{row_id:str}", tags=["imports"], summary="Read an import")
async def read_import(access: NamedDependency[Access], row_id: RowId) -> Import:
    """Refuses `import_not_found`."""
    return msgspec.convert(await access.read(lambda read: queries.one(read, access.book_id, row_id)), Import)


@get("/imports/{row_id:str}/preview", tags=["imports"], summary="Read a preview")
async def read_preview(
    access: NamedDependency[Access],
    row_id: RowId,
    rows_from: Annotated[
        int, QueryParameter(required=False, ge=0, le=limits.IMPORT_ROWS, description="First row of the page.")
    ] = 0,
) -> ImportPreview:
    """An import that waits, as the book is now. Refuses `import_not_found`, `import_done`."""
    made = await queries.waiting(_store(access), access.book_id, row_id, rows_from=rows_from)
    return msgspec.convert(made, ImportPreview)


@patch("/imports/{row_id:str}", tags=["imports"], summary="Answer the questions of an import")
async def change_import(
    access: NamedDependency[Access], row_id: RowId, data: JSONBody[ImportOptions]
) -> ImportPreview:
    """Reads the file again with these options. Refuses `import_options`, `import_done`."""
    role = await access.role(to="write")
    made = await commands.revise(
        _store(access), access.book_id, row_id, role=role, options=msgspec.to_builtins(data)
    )
    return msgspec.convert(made, ImportPreview)


@post("/imports/{row_id:str}/commit", status_code=200, tags=["imports"], summary="Carry an import out")
async def commit_import(
    access: NamedDependency[Access], row_id: RowId, data: JSONBody[ImportOptions | None] = None
) -> ImportDone:
    """One change, all or nothing. Refuses `import_question`, `import_faulty_rows`, `import_done`."""
    role = await access.role(to="write")
    done = await commands.commit(
        _store(access),
        access.book_id,
        row_id,
        person_id=access.caller.person_id,
        role=role,
        options=None if data is None else msgspec.to_builtins(data),
    )
    return msgspec.convert(done, ImportDone)


@delete("/imports/{row_id:str}", tags=["imports"], summary="Take an import back")
async def delete_import(access: NamedDependency[Access], row_id: RowId) -> None:
    """Undoes it as one change; one that was only previewed is forgotten. Refuses `import_not_done`."""
    role = await access.role(to="write")
    found = await access.read(lambda read: queries.one(read, access.book_id, row_id))
    if found["status"] == "preview":
        await commands.discard(_store(access), access.book_id, row_id, role=role)
    else:
        await commands.undo(
            _store(access), access.book_id, row_id, person_id=access.caller.person_id, role=role
        )


class _Checked:
    """The store as importing sees it: every read and write asks again whether the caller is still a member."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def read(self, f: Any) -> Any:
        return await self._access.read(f)

    async def write(self, book_id: str, f: Any) -> Any:
        assert book_id == self._access.book_id

        def checked(tx: Any, role: Role) -> Any:
            books.need(tx, book_id, self._access.caller.person_id, to="write")
            return f(tx)

        return await self._access.write(checked)


def _store(access: Access) -> Store:
    return cast(Store, _Checked(access))


class _Form:
    """An uploaded form, in memory: a bank file must not lie about in a temporary folder."""

    def __init__(self) -> None:
        self.data = b""
        self.name = ""
        self.options = b""


async def _form(request: Request[Any, Any, Any]) -> _Form:
    """Refuses `media_type_unsupported`, `field_missing`, `field_unknown`, `form_malformed`."""
    from multipart import MultipartError, MultipartSegment, PushMultipartParser

    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Refusal("media_type_unsupported", detail="Send multipart/form-data.")
    form = _Form()
    seen: set[str] = set()
    name = ""
    parts: list[bytes] = []

    def done() -> None:
        content = b"".join(parts)
        if name == "file":
            form.data = content
        elif name == "options":
            form.options = content

    try:
        with PushMultipartParser(options["boundary"].encode(), max_segment_count=2) as parser:
            for piece in parser.parse(await request.body()):
                if isinstance(piece, MultipartSegment):
                    name, parts = piece.name, []
                    if name not in ("file", "options"):
                        raise Refusal("field_unknown", field=name[:40])
                    if name == "file":
                        form.name = (piece.filename or "")[:200]
                    seen.add(name)
                elif piece:
                    parts.append(bytes(piece))
                else:
                    done()
    except MultipartError:
        raise Refusal(
            "form_malformed", detail="The body is not the form that its content type says."
        ) from None
    if "file" not in seen:
        raise Refusal("field_missing", field="file")
    return form


FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "The file, as the bank gave it.",
                    },
                    "options": {
                        "type": "string",
                        "description": "ImportOptions as JSON.",
                        "examples": ['{"currency":"EUR"}'],
                    },
                },
                "required": ["file"],
                "additionalProperties": False,
            }
        }
    },
}
"""What OpenAPI says of the form; Litestar cannot know it."""

ROUTES: Final[list[Any]] = [
    list_imports,
    create_import,
    read_import,
    read_preview,
    change_import,
    commit_import,
    delete_import,
]
