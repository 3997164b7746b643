"""Golden vectors of scenes: `apply` leads from each picture to the next. `node --test` reads the same file."""

import json
from typing import Any

import pytest

from shared.game.delta import apply, things
from shared.protocol.messages import WORKER_TO_CLIENT, Scene, Update
from shared.wire.codec import Decoder
from tests.support.scene_vectors import plain
from tests.support.vectors import FOLDER

STORIES: list[dict[str, Any]] = json.loads((FOLDER / "scenes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story["what"])
def test_each_message_leads_to_its_picture(story: dict[str, Any]) -> None:
    decoder = Decoder(WORKER_TO_CLIENT)
    picture = Scene(0, [], {}, [])
    for step in story["steps"]:
        message = decoder.decode(bytes.fromhex(step["hex"]))
        picture = apply(picture, message) if isinstance(message, Update) else message
        shown = {
            "tick": picture.tick,
            "fields": plain(picture.fields),
            "objects": plain(list(things(picture).values())),
        }
        assert shown == {name: value for name, value in step.items() if name != "hex"}
