"""Takes the README's pictures of the report and the reviewers' page from a sample made for it.

    python -m docs.screenshots

Writes docs/images/*.png. The sample is the same each time, and everything in it is invented.
"""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.review.chromium import chromium, served

IMAGES = Path(__file__).resolve().parent / "images"
MEMBERS = 3000
SIZE = ViewportSize(width=1280, height=860)


def main() -> None:
    """Make the sample, and take every picture of it."""
    IMAGES.mkdir(exist_ok=True)
    source, target = "sqlite:///v2.db", "sqlite:///v3.db"
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder), chromium() as browser:
        career_migrate("fixtures", "--members", str(MEMBERS), "--target", source, "--seed", "4")
        career_migrate("run", "--source", source, "--target", target)
        career_migrate("verify", "--source", source, "--target", target)
        career_migrate("report", "--target", target, "--out", "report", "--format", "html")
        take_report(browser, next(Path(folder, "report").glob("*.html")))
        with served(target, "--source", source, "--reviewer", "Kim Reviewer") as link:
            take_review(browser, link)


def career_migrate(*arguments: str) -> None:
    """Run a command; what it prints is shown where it fails."""
    subprocess.run([sys.executable, "-m", "migrate", *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def take_report(browser: Browser, path: Path) -> None:
    """Take the report's first screen."""
    page = browser.new_page(viewport=SIZE)
    page.goto(path.as_uri())
    take(page, "report")


def take_review(browser: Browser, link: str) -> None:
    """Take the list, a choice before it is saved, a group, all of a kind, and the other pages."""
    page = browser.new_page(viewport=SIZE)
    page.goto(link)
    take(page, "review")
    page.locator("button.reading").first.click()
    page.locator("dialog[open] [data-focus]").wait_for()
    take(page, "review-choice")
    page.get_by_role("button", name="Save").click()
    page.locator("article h2 a").first.click()
    page.wait_for_url("**/group/*")
    page.get_by_text("What to do.").wait_for()
    take(page, "review-group")
    page.goto(page.url.split("/group/")[0] + "/?code=not-understood")
    page.get_by_role("link", name="Decide all of this kind at once").click()
    page.get_by_role("heading", name="What is decided").wait_for()
    take(page, "review-together")
    for name in ("Alike", "Sample", "History", "Apply"):
        page.get_by_role("link", name=name, exact=True).click()
        page.locator(f"nav a[aria-current]:text-is('{name}')").wait_for()
        take(page, f"review-{name.lower()}")
    page.get_by_role("button", name="Ask what it would do").click()
    page.get_by_role("heading", name="What plan says").wait_for(timeout=120_000)
    take(page, "review-apply")


def take(page: Page, name: str) -> None:
    """Save what the page shows."""
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
