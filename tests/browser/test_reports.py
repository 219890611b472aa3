"""A report is made on the page, taken in every format, and each file is opened."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from dashboard.exports import DOCUMENTS
from tests.browser.chromium import settled
from tests.browser.conftest import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_report_is_made_previewed_and_taken_in_every_format(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.address}/reports?org=450102001004&period=2021-Q4&kind=brief")
    settled(page)
    for form in DOCUMENTS.values():
        button = page.locator(".st-key-ld-report-formats").get_by_role("button", name=form.label, exact=True)
        if button.get_attribute("aria-pressed") != "true":
            button.click()
            settled(page)
    page.get_by_role("button", name="编制报告").click()
    for form in DOCUMENTS.values():
        take = page.get_by_role("button", name=f"下载 {form.label}", exact=True)
        expect(take).to_be_visible(timeout=90_000)
        with page.expect_download() as waiting:
            take.click()
        assert waiting.value.suggested_filename == f"北宁社区联合党委工作快报_2021年第四季度.{form.extension}"
        made = Path(waiting.value.path()).read_bytes()
        assert "2021年第四季度" in _told(form.extension, made)
    expect(page.locator(".ld-plain td", has_text="单页快报").first).to_be_visible()
    page.get_by_role("button", name="预览").click()
    settled(page)
    expect(page.get_by_text("上期督办和需关注事项")).to_be_visible(timeout=60_000)
    assert watched.strangers == []
    assert watched.complaints == []


def _told(extension: str, made: bytes) -> str:
    """Some of its text, read by a program that knows the format."""
    if extension == "pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    if extension == "html":
        return made.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert parts.testzip() is None
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist() if name.endswith(".xml"))  # fmt: skip
