"""Strict request bodies: the JSON of a body is decoded once, straight into the handler's msgspec Struct.

Litestar's own way decodes to builtins and converts leniently: "12" would pass as 12. Money is not read so.
Used as `dto=Body` on the API's router: every handler with `data: SomeStruct` gets it.
"""

from __future__ import annotations

from collections.abc import Generator
from functools import cache
from typing import Any

import msgspec
from litestar.dto import AbstractDTO
from litestar.dto.data_structures import DTOFieldDefinition
from litestar.openapi.spec import Reference, Schema
from litestar.typing import FieldDefinition

from outlay.http.problems import from_decode_error
from outlay.kernel.refusal import Refusal


@cache
def _decoder(type_: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(type_, strict=True)


def decode(body: bytes, type_: Any) -> Any:
    """A body as a value of `type_`. Refuses `json_malformed`, `field_unknown`, `field_missing`,
    `field_invalid`."""
    if not body:
        raise Refusal("json_malformed", detail="The body is empty.")
    try:
        return _decoder(type_).decode(body)
    except msgspec.DecodeError as error:
        raise from_decode_error(error, body) from None
    except (UnicodeDecodeError, RecursionError):
        raise Refusal("json_malformed", detail="The body is not UTF-8 text of a reasonable depth.") from None


class Body(AbstractDTO[msgspec.Struct]):
    """Only the door of Litestar's data objects is used; none of their machinery."""

    _types: dict[str, Any] = {}  # noqa: RUF012 - filled when routes are registered

    @classmethod
    def generate_field_definitions(cls, model_type: type[Any]) -> Generator[DTOFieldDefinition, None, None]:
        yield from ()

    @classmethod
    def detect_nested_field(cls, field_definition: FieldDefinition) -> bool:
        return False

    @classmethod
    def is_supported_model_type_field(cls, field_definition: FieldDefinition) -> bool:
        return field_definition.name == "data"

    @classmethod
    def create_for_field_definition(
        cls, field_definition: FieldDefinition, handler_id: str, backend_cls: Any = None
    ) -> None:
        cls._types[handler_id] = field_definition.annotation

    @classmethod
    def create_openapi_schema(
        cls, field_definition: FieldDefinition, handler_id: str, schema_creator: Any
    ) -> Reference | Schema:
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema

    def decode_bytes(self, value: bytes) -> Any:
        return decode(value, self._types[self.asgi_connection.route_handler.handler_id])
