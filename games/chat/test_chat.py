"""Chat: two people talk on a page that is all chat, wide or narrow."""

import pytest

from tests.support.town import Town


@pytest.mark.parametrize("width", [1200, 360])
def test_two_people_talk(town: Town, width: int) -> None:
    ada, bea = town.person("Ada", width=width), town.person("Bea")
    ada.open("Chat", f"Talk {width}")
    bea.join(f"Talk {width}")
    bea.say("<b>Me</b> & the 🦊")
    ada.hears("<b>Me</b> & the 🦊")
    ada.say("Hello, Bea")
    bea.hears("Hello, Bea")
    ada.is_fit_for_everyone()
