"""Debian's Chromium through Playwright, and a page served by the command itself."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("CAREER_MIGRATE_TEST_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(target: str, *options: str) -> Iterator[str]:
    """Run `career-migrate review` and give the link that it prints."""
    command = [sys.executable, "-m", "migrate", "review", "--target", target, "--json", *options]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True) as process:  # noqa: S603
        assert process.stdout
        line = process.stdout.readline()
        try:
            yield json.loads(line)["url"]
        finally:
            process.terminate()


def choose_facet(page: Page, name: str) -> None:
    """Click a value of a facet and wait until the list is narrowed to it."""
    page.get_by_role("link", name=name).click()
    expect(page.locator('.facets a[aria-current="true"]', has_text=name.rsplit(" ", 1)[0])).to_be_visible()


def watch(page: Page) -> list[str]:
    """Return a list that fills with what goes wrong in the page: errors, refused script, foreign requests."""
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda sent: None if "//127.0.0.1:" in sent.url else wrong.append(sent.url))
    return wrong


def serious_violations(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical, with the elements."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['html'][:120] for node in each['nodes']]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
