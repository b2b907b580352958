"""What a file is, by its content: honest ones pass, each way to pretend has its refusal."""

from __future__ import annotations

import asyncio

import pytest

import samples
from outlay.files.checking import check_content
from outlay.kernel.refusal import Refusal

HONEST = {
    "a JPEG": (samples.picture(), samples.JPEG),
    "a progressive JPEG": (samples.picture(progressive=True, quality=95), samples.JPEG),
    "a JPEG with a colour profile": (samples.picture(icc_profile=bytes(400)), samples.JPEG),
    "a PNG": (samples.picture("PNG"), samples.PNG),
    "a WebP": (samples.picture("WEBP"), samples.WEBP),
    "a WebP without loss": (samples.picture("WEBP", lossless=True), samples.WEBP),
    "a large picture": (samples.picture(size=(2200, 1650)), samples.JPEG),
    "a PDF": (samples.document(), samples.PDF),
    "a PDF that may not be changed": (
        samples.document(lambda writer: writer.encrypt("", owner_password="owner")), samples.PDF,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
async def test_honest_files_pass(name: str) -> None:
    data, media_type = HONEST[name]
    await check_content(data, media_type)


async def test_what_pretends_is_refused() -> None:
    async def code_of(data: bytes, media_type: str) -> str:
        with pytest.raises(Refusal) as refused:
            await check_content(data, media_type)
        return refused.value.code

    wrong = samples.wrong()
    found = await asyncio.gather(*(code_of(data, media_type) for data, media_type, _ in wrong.values()))
    assert dict(zip(wrong, found, strict=True)) == {name: code for name, (_, _, code) in wrong.items()}
