"""Chat: two people talk on a page that is all chat, wide or narrow."""

from tests.support.town import Town


def test_two_people_talk(town: Town) -> None:
    ada = town.person("Ada", width=360)
    ada.open("Chat", "Talk")
    bea = town.guest("Bea", ada)
    bea.say("<b>Me</b> & the 🦊")
    ada.hears("<b>Me</b> & the 🦊")
    ada.say("Hello, Bea")
    bea.hears("Hello, Bea")
    ada.is_fit_for_everyone()
