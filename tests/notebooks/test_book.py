"""The offline site, driven as a reader would in a real Chromium."""

import os
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import book
import build
import nbformat
import pytest
from contrasts import contrast

#: The site is made once, by one of the processes.
pytestmark = pytest.mark.slow

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), "")
PAGES = [path.stem for path in build.paths()]
NOTEBOOKS = Path(book.__file__).parent

needs_browser = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("CHAINRULE_REQUIRE_BROWSER"),
    reason="no Chromium found; install it to test the site in a browser",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    book.make(folder)
    return folder


def player(page):
    """Return the frame of the first player of a page; drawings and live pages have frames too."""
    return page.frame_locator("iframe[title^=Backpropagation]").first


# --- the files -------------------------------------------------------------------------------


def test_a_page_for_each_notebook_and_document(site):
    names = {path.name for path in site.glob("*.html")}
    assert {f"{stem}.html" for stem in PAGES} <= names
    assert {"index.html", "teaching.html"} <= names
    assert (site / "slides" / "01_backpropagation.html").exists()


def test_live_pages_stand_where_a_knob_is_wanted(site):
    for chapter in ("00", "01", "02", "04", "05", "06", "10"):
        (page,) = site.glob(f"{chapter}_*.html")
        assert page.read_text().count('<figure class="live">') == 1, chapter
        alone = (site / f"live_{chapter}.html").read_text()
        assert "window.chainrule" in alone
        assert len(alone) < 500_000


def test_links_of_the_site_stay_in_it(site):
    for page in site.rglob("*.html"):
        own = re.sub(r"<script.*?</script>|srcdoc=\"[^\"]*\"", "", page.read_text(), flags=re.S)
        for target in re.findall(r'<a [^>]*href="([^"#]+)', own):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"
        for source in re.findall(r'<(?:img|script)[^>]* src="([^"]+)"', own):
            assert source.startswith("data:") or (page.parent / source).exists(), source


def test_links_to_files_outside_the_site_are_plain_text():
    outside = "[The *map*](../MAP.md), [code](code.py), "
    inside = "[00](00_the_graph.ipynb#Exercises), [web](https://example.org), [here](#here)"
    body = book.linked(book.markdown(outside + inside))
    assert "The <em>map</em>, code, " in body
    links = re.findall(r'<a href="(.*?)"', body)
    assert links == ["00_the_graph.html#Exercises", "https://example.org", "#here"]


def test_formulas_are_mathml_and_none_is_left_in_tex(site):
    for stem in PAGES:
        text = (site / f"{stem}.html").read_text()
        body = re.sub(r"<(pre|script|code|title)\b.*?</\1>|<[^>]*>", "", text, flags=re.S)
        assert "$$" not in body, stem
        left = re.findall(r"\\(?:frac|partial|sigma|cdot|begin|text|hat|left|right)\b", body)
        assert not left, (stem, left)
    assert "<mfrac>" in (site / "01_backpropagation.html").read_text()


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"\frac{\partial L}{\partial w}", ["<mfrac>", "∂|&#x02202;"]),
        (r"\begin{aligned} a &= b \\ &= c \end{aligned}", ["<mtable", 'columnalign="right left"']),
        (r"\begin{cases} 0 & z < 0 \\ z & \text{else} \end{cases}", ["<mtable", "else"]),
        (r"\hat{y} = \sigma(z)", ["<mover"]),
        (r"\text{y\_hat}", ["y_hat"]),
    ],
)
def test_formulas_of_the_course(tex, parts):
    result = book.mathml(tex)
    for part in parts:
        assert any(choice in result for choice in part.split("|")), result
    assert ">&<" not in result


#: Functions that LaTeX has by name: they are shown as what they are called.
FUNCTIONS = {"tanh", "ln", "log", "exp", "sin", "cos", "max", "min", "arg"}


def formulas_of_the_course():
    for stem in PAGES:
        notebook = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                for display, inline in re.findall(
                    r"\$\$(.+?)\$\$|\$(.+?)\$", cell.source, flags=re.S
                ):
                    yield display or inline, bool(display)


def test_every_formula_of_the_course_is_whole_and_known():
    found = list(formulas_of_the_course())
    assert len(found) > 80
    for tex, display in found:
        written = book.mathml(tex, display)
        root = ET.fromstring(written)  # well formed
        upright = [e.text for e in root.iter("mi") if e.get("mathvariant") == "normal"]
        named = set(re.findall(r"\\operatorname\{(\w+)\}", tex))
        assert {name for name in upright if len(name) > 1} <= FUNCTIONS | named, tex
        assert "\\" not in "".join(root.itertext()), tex


@pytest.mark.parametrize(
    ("tex", "display", "written"),
    [
        (r"x_i^2", False, "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>"),
        (r"\sigma'", False, "<msup><mi>σ</mi><mo>′</mo></msup>"),
        (r"\sum_i x", True, "<munder><mo>∑</mo><mi>i</mi></munder><mi>x</mi>"),
        (r"\sum_i x", False, "<msub><mo>∑</mo><mi>i</mi></msub><mi>x</mi>"),
        (
            r"\sum_{i}^n x",
            True,
            "<munderover><mo>∑</mo><mrow><mi>i</mi></mrow><mi>n</mi></munderover><mi>x</mi>",
        ),
        (r"\hat y", False, '<mover accent="true"><mi>y</mi><mo>^</mo></mover>'),
    ],
)
def test_how_a_formula_is_written(tex, display, written):
    assert book.mathml(tex, display) == (
        f"<math{' display=' + chr(34) + 'block' + chr(34) if display else ''}>{written}</math>"
    )


def test_the_index_covers_every_section(site):
    text = (site / "search-index.js").read_text()
    for stem in PAGES:
        assert f'"url": "{stem}.html#Exercises"' in text


# --- in a browser ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.fail("CHAINRULE_REQUIRE_BROWSER is set, and there is no Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, site):
    """A page that notes what it says on the console and what it asks the network for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    page.trouble, page.requests = [], []
    page.on("console", lambda message: page.trouble.append(message.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda request: page.requests.append(request.url))
    page.at = lambda name: page.goto((site / name).as_uri(), wait_until="load")
    yield page
    outside = [u for u in page.requests if not u.startswith((site.as_uri(), "data:", "about:"))]
    context.close()
    assert not outside
    assert not page.trouble


def whole(page):
    """Check that each picture of a page has come, and that nothing is wider than the window."""
    page.wait_for_load_state("load")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.alt)")
    assert not broken, page.url
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px wider than the window"


@pytest.mark.browser
@needs_browser
class TestInABrowser:
    def test_every_other_page_opens_quietly_with_its_pictures(self, page, site):
        others = [path.name for path in sorted(site.glob("*.html")) if path.stem not in PAGES]
        assert len(others) > 8
        for name in others:
            page.at(name)
            whole(page)

    def test_navigation_leads_through_the_course_and_each_page_is_whole(self, page):
        page.at("index.html")
        page.click(f"nav >> a[href='{PAGES[0]}.html']")
        for stem in PAGES:
            assert page.url.endswith(f"{stem}.html")
            assert page.get_attribute("nav a[aria-current]", "href") == f"{stem}.html"
            whole(page)
            page.click("footer a[rel=next]")
        page.click("footer a[rel=prev]")
        assert page.url.endswith(f"{PAGES[-1]}.html")

    def test_sections_are_listed_and_lead_to_their_heading(self, page):
        page.at("01_backpropagation.html")
        page.click("nav li ul a >> text=On paper")
        top = page.evaluate("document.getElementById('On-paper').getBoundingClientRect().top")
        assert 0 <= top < 200

    def test_search_finds_a_word_by_keyboard_alone(self, page):
        page.at("index.html")
        page.keyboard.press("/")
        page.keyboard.type("topological order")
        first = page.locator("#results a").first
        assert "Backpropagation" in first.inner_text()
        assert page.locator("#results mark").first.inner_text().lower() == "topological"
        page.keyboard.press("Enter")
        page.wait_for_url("**/01_backpropagation.html*")

    def test_search_says_when_nothing_is_found_and_takes_any_text(self, page):
        page.at("00_the_graph.html")
        page.fill("#search", "zzzz <b>(.*")
        assert "Nothing on “zzzz <b>(.*”" in page.inner_text("#results")
        page.keyboard.press("Escape")
        assert page.locator("#results").is_hidden()

    def test_dark_mode_is_chosen_and_kept(self, page):
        page.at("00_the_graph.html")
        light = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.click("#theme")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert light == "rgb(255, 255, 255)"
        assert dark != light
        assert page.get_attribute("#theme", "aria-pressed") == "true"
        page.at("01_backpropagation.html")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark

    def test_graphs_and_players_follow_the_switch(self, page):
        page.at("01_backpropagation.html")
        themes = """[...document.querySelectorAll('iframe[srcdoc]')].flatMap(
            f => f.srcdoc.match(/<html[^>]*data-theme="[a-z]+"/g))"""
        assert {found[-6:-1] for found in page.evaluate(themes)} == {"light"}
        page.click("#theme")
        assert {found[-5:-1] for found in page.evaluate(themes)} == {"dark"}
        body = player(page).locator("body")
        body.locator("text=1 of").first.wait_for()
        ink = body.evaluate("b => getComputedStyle(b).color.match(/[0-9]+/g).map(Number)")
        assert min(ink[:3]) > 150

    def test_a_frame_that_has_the_theme_is_not_loaded_again(self, page):
        """On a busy machine a player that was told its page twice while it loaded stayed blank."""
        page.at("01_backpropagation.html")
        loads = page.evaluate("""async () => {
            let loads = 0;
            for (const frame of document.querySelectorAll("iframe:not([loading])"))
                frame.addEventListener("load", () => { loads += 1; });
            tellPictures();
            await new Promise((done) => setTimeout(done, 400));
            return loads;
        }""")
        assert loads == 0

    @pytest.mark.parametrize("dark", [False, True])
    def test_text_can_be_read_in_both_modes(self, page, dark):
        page.at("01_backpropagation.html")
        if dark:
            page.click("#theme")
        selectors = ["main p", "main pre", ".highlight .k", ".highlight .mf", ".highlight .s2",
                     ".highlight .c1", "nav a", "nav li ul a", "main a", ".number"]  # fmt: skip
        for selector in selectors:
            ink, paper = page.eval_on_selector(selector, COLOURS)
            assert contrast(ink, paper) >= 4.5, (selector, ink, paper)

    def test_a_step_player_works(self, page):
        page.at("01_backpropagation.html")
        frame = player(page)
        frame.locator("text=1 of").first.wait_for()
        before = frame.locator("body").inner_text()
        frame.get_by_role("button", name=re.compile("next", re.I)).first.click()
        assert frame.locator("text=2 of").first.is_visible()
        assert frame.locator("body").inner_text() != before

    def test_a_picture_is_enlarged_by_a_click(self, page):
        page.at("00_the_graph.html")
        picture = page.locator(".output_area img").first
        small = picture.bounding_box()["width"]
        picture.click()
        assert page.locator("dialog.zoom img").bounding_box()["width"] > small
        page.keyboard.press("Escape")
        assert page.locator("dialog.zoom").is_hidden()

    def test_on_a_telephone_the_menu_opens(self, page):
        page.set_viewport_size({"width": 390, "height": 800})
        page.at("00_the_graph.html")
        assert page.locator("nav").is_hidden()
        page.click("#menu")
        page.click("nav >> text=Backpropagation")
        assert page.url.endswith("01_backpropagation.html")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def test_slides_go_forward_back_and_to_the_end(self, page):
        page.at("slides/01_backpropagation.html")
        shown = ".slide.shown"
        count = page.locator(".slide").count()
        assert count >= 15
        assert "Backpropagation" in page.inner_text(f"{shown} h1")
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#position") == f"2 / {count}"
        page.keyboard.press("End")
        assert "Summary" in page.inner_text(shown)
        page.keyboard.press("ArrowLeft")
        page.reload()
        assert page.inner_text("#position") == f"{count - 1} / {count}"
        page.keyboard.press("Home")
        assert page.locator(shown).count() == 1

    @pytest.mark.parametrize(
        "name", ["00_the_graph", "01_backpropagation", "05_vanishing_gradients"]
    )
    def test_the_last_row_can_read_every_slide(self, page, name):
        page.set_viewport_size({"width": 1280, "height": 720})
        page.at(f"slides/{name}.html")
        for i in range(page.locator(".slide").count()):
            page.evaluate(f"show({i})")
            for _ in range(100):  # a player takes its height when it has been drawn
                page.wait_for_timeout(100)
                smallest, high = page.evaluate(SMALLEST)
                if high <= 0:
                    break
            assert smallest >= 14, f"slide {i + 1}"
            assert high <= 0, f"slide {i + 1}"

    @pytest.mark.parametrize("slide", range(3))
    def test_the_arrow_drives_the_player_first(self, page, slide, until):
        page.set_viewport_size({"width": 1280, "height": 720})
        page.at("slides/01_backpropagation.html")
        until(page, "players.size >= 3")
        places = page.evaluate(
            "slides.flatMap((s, i) => s.querySelector('iframe[data-heard]') ? [i] : [])"
        )
        assert len(places) >= 3
        page.evaluate(f"show({places[slide]})")
        here = f"{places[slide] + 1} / "
        state = "players.get(document.querySelector('.slide.shown iframe[data-heard]'))"
        until(page, f"{state}?.start")
        frame = page.locator(".slide.shown iframe[data-heard]").content_frame
        first = frame.locator("#count").inner_text()
        assert first.startswith("1 of")
        steps = int(first.split()[-1])
        for step in range(2, steps + 1):
            page.keyboard.press("ArrowRight")
            frame.locator(f"#count:text-is('{step} of {steps}')").wait_for()
            assert page.inner_text("#position").startswith(here)
        until(page, f"{state}.end")
        page.keyboard.press("ArrowRight")
        assert page.inner_text("#position").startswith(f"{places[slide] + 2} / ")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        frame.locator(f"#count:text-is('{steps - 1} of {steps}')").wait_for()

    def test_speaker_notes_are_a_key_away(self, page):
        page.at("slides/03_losses.html")
        page.evaluate("show(1)")
        assert page.locator("#speaker").is_hidden()
        page.keyboard.press("n")
        assert len(page.inner_text("#speaker")) > 40

    @pytest.mark.parametrize(
        ("width", "height"),
        [(1280, 720), pytest.param(1920, 1080, marks=pytest.mark.thorough)],
    )
    def test_every_slide_fits_on_the_screen(self, page, width, height):
        page.set_viewport_size({"width": width, "height": height})
        page.at("slides/01_backpropagation.html")
        for i in range(page.locator(".slide").count()):
            for _ in range(100):  # a player takes its height when it has been drawn
                page.wait_for_timeout(100)
                wide, high = page.evaluate(
                    "(() => { const s = document.querySelector('.slide.shown');"
                    " return [s.scrollWidth - s.clientWidth, s.scrollHeight - s.clientHeight]; })()"
                )
                if max(wide, high) <= 0:
                    break
            assert wide <= 0, f"slide {i + 1}"
            assert high <= 0, f"slide {i + 1}"
            page.evaluate(f"show({i + 1})")


SMALLEST = """() => {
  const slide = document.querySelector(".slide.shown"), content = slide.querySelector(".content");
  const walk = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  let least = 99;
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    const apart = "svg, script, style, template, math, .anchor-link";
    if (!walk.currentNode.textContent.trim() || element.closest(apart)) continue;
    if (!element.getClientRects().length) continue;
    least = Math.min(least, parseFloat(getComputedStyle(element).fontSize));
  }
  return [least * (Number(content.style.zoom) || 1), slide.scrollHeight - slide.clientHeight];
}"""
COLOURS = """element => {
  const ink = getComputedStyle(element).color;
  let paper = "rgba(0, 0, 0, 0)";
  for (let e = element; e && /, 0\\)$/.test(paper); e = e.parentElement)
    paper = getComputedStyle(e).backgroundColor;
  return [ink, paper].map(c => c.match(/[\\d.]+/g).slice(0, 3).map(Number));
}"""
