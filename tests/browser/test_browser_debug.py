"""The debug overlay: there when a developer asks for it, readable for everyone, and able to make the line worse."""

import re

from playwright.sync_api import expect

from tests.support.town import Town


def test_the_overlay_tells_how_the_line_is_and_makes_it_worse(town: Town) -> None:
    ada = town.person("Ada")
    ada.open("Talk", "Under the lid")
    overlay = ada.page.get_by_label("Debug overlay")
    expect(overlay).to_have_count(0)
    ada.page.keyboard.press("F2")
    expect(overlay.locator("dt", has_text="Ping").locator("+ dd")).to_have_text(re.compile(r"\d+ ms"))
    overlay.get_by_text("Make the line worse").click()
    assert ada.axe() == []
    latency = overlay.get_by_label("Latency")
    latency.fill("200")
    expect(overlay.locator("output").first).to_have_text("200 ms")
    began = ada.page.evaluate("performance.now()")
    ada.say("Anybody here?")
    ada.hears("Anybody here?")
    assert ada.page.evaluate("performance.now()") - began >= 400
    ada.page.keyboard.press("F2")
    expect(overlay).to_have_count(0)
