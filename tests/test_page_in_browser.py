"""The page in Chromium: hovering, pinning, keys, switches, no request to outside, hostile text stays text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dealextract import display
from dealextract.records import Document
from tests.test_page import DOCUMENTS

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (extra dev)")
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None,
    reason="no chromium with its chromedriver on this machine (apt-get install chromium chromium-driver)",
)
HOSTILE = (
    "</p></script><script>window.hacked = 1</script>\n\n"
    "\"'><img src=\"http://localhost:9/x.png\" onerror='window.hacked = 1'> &lt;b&gt; &amp;\r\n"
    "payé \u202e5 millions\u202c « vingt » \u2066caché\u2069 שלום <style>*{display:none}</style>"
    " \x1b[31m\ttab\x9b"
)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    for flag in ("headless=new", "no-sandbox", "disable-gpu", "no-first-run", "disable-background-networking",
                 "disable-component-update", "disable-sync", "disable-dev-shm-usage", "window-size=1360,900",
                 f"user-data-dir={tmp_path_factory.mktemp('chromium')}"):  # fmt: skip
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield browser
    browser.quit()


def visit(driver: Any, folder: Path, *documents: Document) -> None:
    page = folder / "page.html"
    page.write_text(display.to_page(documents), encoding="utf-8", newline="")
    driver.get(page.as_uri())
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def one(driver: Any, selector: str) -> Any:
    return driver.find_element(By.CSS_SELECTOR, selector)


def every(driver: Any, selector: str) -> list[Any]:
    return driver.find_elements(By.CSS_SELECTOR, selector)


def panel(driver: Any) -> str:
    return one(driver, ".dx-panel").text


@pytest.fixture
def article(driver: Any, tmp_path: Path) -> Any:
    visit(driver, tmp_path, DOCUMENTS[0])
    return driver


def test_hover_shows_the_record_and_leaves_with_the_mouse(article: Any) -> None:
    ActionChains(article).move_to_element(one(article, "mark[data-r~=T13]")).perform()
    assert "8,780,000,000 EUR" in panel(article) and "10 milliards de dollars" in panel(article)
    assert one(article, "mark[data-r~=T13]").get_attribute("class").endswith("on")
    assert "lit" in one(article, "mark[data-r~=T12]").get_attribute("class")
    ActionChains(article).move_to_element(one(article, ".dx-head")).perform()
    assert "8,780" not in panel(article)


def test_click_keeps_the_record_until_escape(article: Any) -> None:
    one(article, "mark[data-r~=T20]").click()
    ActionChains(article).move_to_element(one(article, "mark[data-r~=T1]")).perform()
    assert "Bloomberg News › des personnes proches du dossier" in panel(article)
    ActionChains(article).send_keys(Keys.ESCAPE).perform()
    assert "anonymous" not in panel(article)


def test_nested_spans_show_all_their_records_innermost_first(article: Any) -> None:
    one(article, "mark[data-r~=T12]").click()
    titles = [node.text for node in every(article, ".dx-panel h4 b")]
    assert titles[0] == "Amount" and "What is said" in titles


def test_keyboard_alone(article: Any) -> None:
    assert len(every(article, "mark[tabindex='0']")) == 1
    article.execute_script("document.querySelector('.dx-layers button:last-child').focus()")
    ActionChains(article).send_keys(Keys.TAB).perform()
    first = article.switch_to.active_element
    assert first.tag_name == "mark" and first.text in panel(article)
    ActionChains(article).send_keys(Keys.ARROW_RIGHT).perform()
    second = article.switch_to.active_element
    assert second != first and "possible" in panel(article)
    ActionChains(article).send_keys(Keys.END, Keys.ENTER).perform()
    assert "2016" in panel(article)


def test_switches_hide_a_layer_and_its_records(article: Any) -> None:
    amount = one(article, "mark[data-r~=T27]")
    images = "return getComputedStyle(arguments[0]).backgroundImage"
    assert "gradient" in article.execute_script(images, amount)
    one(article, ".dx-layers label:has(input[value=MONEY])").click()
    assert "gradient" not in article.execute_script(images, amount)
    ActionChains(article).move_to_element(amount).perform()
    assert "14,000,000,000" not in panel(article)
    one(article, "[data-all=off]").click()
    assert not every(article, ".dx-layers input:checked")
    one(article, "[data-all=on]").click()
    assert "gradient" in article.execute_script(images, amount)


def test_a_deal_card_lights_up_its_evidence(article: Any) -> None:
    ActionChains(article).move_to_element(one(article, ".dx-card h3")).perform()
    assert {"investir", "14 milliards de dollars"} <= {node.text for node in every(article, ".lit")}
    button = one(article, ".dx-card button")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    ActionChains(article).move_to_element(one(article, ".dx-head")).perform()
    assert every(article, ".lit")
    button.click()
    assert button.get_attribute("aria-pressed") == "false"


def test_a_table_leads_to_the_text(article: Any) -> None:
    button = one(article, "td button[data-go=T27]")
    article.execute_script("arguments[0].click()", button)
    assert "14,000,000,000 USD" in panel(article)
    assert "on" in one(article, "mark[data-r~=T27]").get_attribute("class")


def test_theme_button_and_dark_preference(article: Any) -> None:
    colour = "return getComputedStyle(document.querySelector('.dealextract')).backgroundColor"
    for preference in ("dark", "light"):
        features = [{"name": "prefers-color-scheme", "value": preference}]
        article.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        assert (article.execute_script(colour) == "rgb(255, 255, 255)") is (preference == "light")
    one(article, "[data-theme]").click()
    one(article, "[data-theme]").click()
    assert article.execute_script(colour) != "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 390, 768, 1360])
def test_no_sideways_scrolling(driver: Any, tmp_path: Path, width: int) -> None:
    visit(driver, tmp_path, *DOCUMENTS)
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    one(driver, "mark[data-r~=T13]").click()
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    box = one(driver, ".dx-panel").rect
    assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_hostile_text_stays_text_and_nothing_is_asked_from_outside(driver: Any, tmp_path: Path) -> None:
    end = len(HOSTILE)
    document = Document.model_validate(
        {
            "id": HOSTILE[:60], "lang": "fr", "text": HOSTILE, "published": '"><script>',
            "spans": [{"id": "N1", "label": "COMPANY", "start": 0, "end": end, "text": HOSTILE,
                       "entity": HOSTILE, "kind": HOSTILE, "why": HOSTILE},
                      {"id": "S1", "label": "SOURCE", "start": 40, "end": end, "text": HOSTILE[40:]}],
            "attributions": [{"id": "<img src=x>", "source": "S1", "source_entity": HOSTILE}],
            "deals": [{"type": "other", "status": "agreed", "acquirer": [HOSTILE], "date": "<script>",
                       "attributions": ["<img src=x>"], "evidence": [[0, 9]]}],
        }
    )  # fmt: skip
    driver.get("about:blank")
    driver.get_log("performance")
    driver.get_log("browser")
    visit(driver, tmp_path, document, *DOCUMENTS)
    one(driver, "mark").click()
    assert driver.execute_script("return document.querySelector('.dx-text').textContent") == HOSTILE
    assert driver.execute_script("return window.hacked") is None
    assert not every(driver, "main :is(script, img, iframe, object, link)")
    # A right-to-left override is held inside its own element: the words after it keep their places.
    places = driver.execute_script(
        "const t = document.createTreeWalker(document.querySelector('.dx-text'), NodeFilter.SHOW_TEXT);"
        "let n, r = document.createRange(); while ((n = t.nextNode())) {"
        "const i = n.data.indexOf('5 millions');"
        "if (i >= 0) return [0, 9].map(k => { r.setStart(n, i + k); r.setEnd(n, i + k + 1);"
        "return r.getBoundingClientRect().x; }); }"
    )
    assert places[0] < places[1]
    asked = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    urls = [m["params"]["request"]["url"] for m in asked if m["method"] == "Network.requestWillBeSent"]
    assert urls
    assert [url for url in urls if not url.startswith(("file://", "data:"))] == []
    assert [entry["message"] for entry in driver.get_log("browser") if entry["level"] == "SEVERE"] == []
