"""A visitor who has a keyboard and nothing else: where the focus is must always be seen, and it never stays in one place."""

from playwright.sync_api import Locator, Page

MOST = 400
"""So many stops no page has; whoever is not there by then is caught."""
SEEN = """() => {
  const here = document.activeElement;
  const box = here.getBoundingClientRect();
  if (!box.width || !box.height || box.bottom <= 0 || box.top >= innerHeight) return false;
  for (let part = here, up = 0; part && up < 4; part = part.parentElement, up += 1) {
    const drawn = getComputedStyle(part);
    if (drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) >= 2) return true;
  }
  return false;
}"""
STOP = """() => {
  const here = document.activeElement;
  return here === document.body ? "" : here.outerHTML.slice(0, 160);
}"""


def focused(page: Page, wanted: Locator) -> bool:
    """Whether the focus is on `wanted`."""
    return wanted.count() > 0 and bool(wanted.first.evaluate("found => found === document.activeElement"))


def seen(page: Page) -> None:
    """Whatever has the focus stands on the screen, with a line round it or its frame."""
    assert page.evaluate(SEEN), f"{page.url}: nobody sees that the focus is on {page.evaluate(STOP)}"


def reach(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Go on with `key` until the focus is on the first of `wanted`."""
    for _ in range(MOST):
        if focused(page, wanted):
            seen(page)
            return
        page.keyboard.press(key)
    raise AssertionError(f"{page.url}: {wanted} is not reached with {key}")


def press(page: Page, name: str, key: str = "Enter") -> None:
    """Reach the button of that name, and press it."""
    reach(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press(key)


def follow(page: Page, link: Locator) -> None:
    """Reach a link, and follow it to the page it leads to."""
    reach(page, link)
    address = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != address)
    page.wait_for_load_state("networkidle")


def write(page: Page, field: str, text: str) -> None:
    """Reach a field by its name, and write `text` over what stands there."""
    reach(page, page.locator(f"main [name={field}]"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def walk(page: Page) -> list[str]:
    """Go through the whole page once, and return each stop; every one is seen, and after the last the page is left."""
    stops: list[str] = []
    page.evaluate("document.activeElement.blur()")
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if not (stop := page.evaluate(STOP)):
            return stops
        seen(page)
        stops.append(stop)
    raise AssertionError(f"{page.url}: the focus is caught at {stops[-5:]}")
