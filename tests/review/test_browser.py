"""The reviewer's evening in a real browser: by keyboard and mouse, without a violation of accessibility."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from migrate.schema import ledger
from tests.ledgers import put
from tests.review.browsing import decisions_in
from tests.review.chromium import choose_facet, chromium, serious_violations, served, watch


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests here."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def opened(browser: Browser, sqlite_ledger: Engine) -> Iterator[Page]:
    """The list of groups, opened by the link; 100 more rows say `3`."""
    with sqlite_ledger.begin() as connection:
        said = {"code": "no-unit", "severity": "warning", "raw_value": "3", "candidates": "[3, 21]"}
        rows = [{**said, "v2_id": str(1000 + n), "member_id": str(n), "cohort": "2024-A"} for n in range(100)]
        put(connection, ledger.anomalies, *rows, v2_table="training", v2_column="duration", run_id="r")
    with served(str(sqlite_ledger.url), "--reviewer", "Kim Reviewer") as link:
        page = browser.new_context().new_page()
        wrong = watch(page)
        page.goto(link)
        yield page
        page.context.close()
        assert wrong == []


def test_a_group_is_decided_undone_and_decided_again_by_mouse(opened: Page, sqlite_ledger: Engine) -> None:
    choose_facet(opened, "A number without a unit 131")
    opened.get_by_role("button", name="21 h").click()
    dialog = opened.get_by_role("dialog")
    expect(dialog).to_contain_text("131 rows of 100 members")
    dialog.get_by_role("button", name="Save").click()
    expect(opened.get_by_role("status")).to_contain_text("Saved: set 21 h")
    expect(opened.locator("main")).to_contain_text("0 groups, 0 rows")
    opened.get_by_role("button", name="Undo").click()
    expect(opened.locator("main")).to_contain_text("1 group, 131 rows")
    opened.get_by_role("button", name="3 h", exact=False).first.click()
    opened.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(opened.get_by_role("status")).to_contain_text("Saved: set 3 h")
    said = [(each.action, each.value, each.reviewer) for each in decisions_in(sqlite_ledger)]
    assert said == [
        ("set", "21", "Kim Reviewer"),
        ("withdraw", None, "Kim Reviewer"),
        ("set", "3", "Kim Reviewer"),
    ]


def test_the_keyboard_is_enough(opened: Page, sqlite_ledger: Engine) -> None:
    opened.keyboard.press("j")
    expect(opened.locator("[data-item]").first).to_be_focused()
    opened.keyboard.press("j")
    expect(opened.locator("[data-item]").nth(1)).to_be_focused()
    opened.keyboard.press("k")
    opened.keyboard.press("2")
    expect(opened.get_by_role("button", name="Save")).to_be_focused()
    opened.keyboard.press("Enter")
    expect(opened.get_by_role("status")).to_contain_text("Saved: set 21 h")
    expect(opened.locator("[data-item]").first).to_be_focused()
    opened.keyboard.press("u")
    expect(opened.get_by_role("status")).to_contain_text("Undone")
    opened.keyboard.press("/")
    expect(opened.locator("#search")).to_be_focused()
    opened.keyboard.type("uuu kk")  # letters in a field are letters
    assert [each.action for each in decisions_in(sqlite_ledger)] == ["set", "withdraw"]


@pytest.mark.parametrize("path", ["group", "/alike", "/sample", "/history", "/apply", "/row/training/5"])
def test_the_key_for_searching_leads_to_the_search_from_every_page(opened: Page, path: str) -> None:
    base = re.sub(r"(//[^/]+).*", r"\1", opened.url)
    group = str(opened.locator("article h2 a").first.get_attribute("href"))
    opened.goto(base + (group if path == "group" else path))
    opened.keyboard.press("/")
    expect(opened.locator("#search")).to_be_focused()
    expect(opened.locator("#search")).to_have_value("")


def test_escape_saves_nothing(opened: Page, sqlite_ledger: Engine) -> None:
    opened.keyboard.press("j")
    opened.keyboard.press("b")
    expect(opened.get_by_role("dialog")).to_be_visible()
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog")).not_to_be_visible()
    assert decisions_in(sqlite_ledger) == []


def test_single_keys_can_be_turned_off(opened: Page) -> None:
    opened.keyboard.press("?")
    opened.get_by_role("button", name="Turn single keys off").click()
    expect(opened.locator("#keys-state")).to_have_value("off")
    opened.keyboard.press("2")
    expect(opened.get_by_role("dialog")).not_to_be_visible()


def test_typed_hours_are_saved_with_enter(opened: Page, sqlite_ledger: Engine) -> None:
    opened.locator("[data-item]").first.get_by_label("Hours").fill("12.5")
    opened.keyboard.press("Enter")
    opened.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(opened.get_by_role("status")).to_contain_text("Saved: set 12.5 h")
    assert decisions_in(sqlite_ledger)[0].value == "12.5"


PAGES = [
    "/",
    "/?state=all&search=day",
    "/together?code=not-understood",
    "/alike",
    "/sample",
    "/history",
    "/apply",
    "/who",
    "/row/training/5",
    "/nowhere",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(opened: Page, scheme: str) -> None:
    opened.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    base = re.sub(r"(//[^/]+).*", r"\1", opened.url)
    _decide_first(opened)
    group = opened.locator("article h2 a").first.get_attribute("href")
    for path in [*PAGES[:-1], str(group)]:
        opened.goto(base + path)
        assert serious_violations(opened) == [], path


def test_axe_finds_nothing_serious_in_the_dialogs(opened: Page) -> None:
    opened.keyboard.press("j")
    opened.keyboard.press("1")
    expect(opened.get_by_role("dialog")).to_be_visible()
    assert serious_violations(opened) == []
    opened.keyboard.press("Escape")
    opened.keyboard.press("?")
    assert serious_violations(opened) == []


NARROW = 320  # what a page of 1280 has at four times its size (WCAG 1.4.10)


def test_a_narrow_screen_needs_no_sideways_scrolling(opened: Page, sqlite_ledger: Engine) -> None:
    name = "Bartholomew_Featherstonehaugh_Cholmondeley"
    with sqlite_ledger.begin() as connection:
        row = {"v2_id": "1" * 30, "code": "date-precision", "severity": "info", "cohort": name, "run_id": "r"}
        place = {"v2_table": "competence_assessments", "v2_column": "archived_at"}
        put(connection, ledger.anomalies, row | place, raw_value="w" * 60, loaded_value="2010-03-01T00:00:00")
    opened.set_viewport_size({"width": NARROW, "height": 740})
    base = re.sub(r"(//[^/]+).*", r"\1", opened.url)
    opened.goto(base + "/who")
    opened.get_by_label("Your name").fill(name)
    opened.get_by_role("button", name="Go on").click()
    opened.goto(base + "/?search=wwww")
    expect(opened.locator(".figures")).to_have_text("1 row 0 members")
    group = str(opened.locator("article h2 a").get_attribute("href"))
    for path in [*PAGES[:-1], "/?search=wwww", group, f"/row/competence_assessments/{'1' * 30}"]:
        opened.goto(base + path)
        wide = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    opened.goto(base + group)
    opened.get_by_role("button", name="Leave blank").click()
    expect(opened.get_by_role("dialog")).to_contain_text(name)
    assert opened.get_by_role("dialog").evaluate("each => each.scrollWidth - each.clientWidth") <= 0


def test_on_a_telephone_the_search_comes_first_and_all_of_a_kind_are_decided_and_undone_at_once(
    opened: Page, sqlite_ledger: Engine
) -> None:
    opened.set_viewport_size({"width": 375, "height": 740})
    top = "each => each.getBoundingClientRect().top"
    search, group = opened.locator("#search"), opened.locator("[data-item]").first
    assert search.evaluate(top) < group.evaluate(top) < opened.locator("#facets").evaluate(top)
    opened.get_by_role("link", name="Narrow the list").click()
    choose_facet(opened, "Not a duration 5")
    opened.get_by_role("link", name="Decide all of this kind at once").click()
    expect(opened.locator("main")).to_contain_text("2 spellings of training.duration: 5 rows of 5 members")
    opened.get_by_role("button", name="Save 2 decisions").click()
    expect(opened.get_by_role("status")).to_contain_text("Saved: leave blank, for 2 spellings")
    expect(opened.locator("main")).to_contain_text("0 groups, 0 rows")
    opened.get_by_role("button", name="Undo").click()
    expect(opened.locator("main")).to_contain_text("2 groups, 5 rows")
    opened.go_back()
    expect(opened.locator("main")).to_contain_text("2 groups, 5 rows")
    said = [each.action for each in decisions_in(sqlite_ledger)]
    assert said == ["leave-blank", "leave-blank", "withdraw", "withdraw"]


def test_a_server_that_has_stopped_is_told_of_in_the_dialog_and_on_the_page(
    browser: Browser, sqlite_ledger: Engine
) -> None:
    with served(str(sqlite_ledger.url), "--reviewer", "Kim Reviewer") as link:
        page = browser.new_context().new_page()
        page.goto(link)
        page.get_by_role("button", name="Leave blank").first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_text("No answer came")).not_to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("No answer came")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="History").click()
    expect(page.locator("main").get_by_role("alert")).to_contain_text("No answer came")
    page.context.close()


def test_script_in_a_text_does_not_run(opened: Page, sqlite_ledger: Engine) -> None:
    raw = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    with sqlite_ledger.begin() as connection:
        row = {"v2_id": "7000", "raw_value": raw, "code": "not-understood", "severity": "error"}
        put(connection, ledger.anomalies, row, v2_table="training", v2_column="duration", run_id="r")
    base = re.sub(r"(//[^/]+).*", r"\1", opened.url)
    opened.goto(base + "/row/training/7000")
    expect(opened.locator(".raw").first).to_have_text(raw)
    opened.goto(base + "/?search=onerror")
    opened.get_by_role("button", name="Leave blank").click()
    expect(opened.get_by_role("dialog")).to_contain_text("<script>")
    assert "owned" not in opened.title()


def test_without_script_the_forms_do_it_all(browser: Browser, sqlite_ledger: Engine) -> None:
    with served(str(sqlite_ledger.url)) as link:
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(link)
        page.get_by_role("button", name="3 h").first.click()
        page.get_by_label("Your name").fill("Lee")
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved: set 3 h")
        page.context.close()
    assert [each.reviewer for each in decisions_in(sqlite_ledger)] == ["Lee"]


def _decide_first(page: Page) -> None:
    page.get_by_role("button", name="Leave blank").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
