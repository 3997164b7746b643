"""Messages of a room that runs a game: what players hold and do, what the game shows them, who shares a screen.

A *scene* is the whole picture of a game, an *update* what changed since the one before. Neither is counted: whoever
missed one gets a fresh scene. Objects of one class share a table of field names, so that a row carries values only;
how rows are read stands in docs/PROTOCOL.md ("Scenes and updates").
"""

from typing import Annotated, Any, NamedTuple

from shared.protocol import limits
from shared.protocol.fields import ListOf, Number, OneOf, Text, Tree
from shared.protocol.messages.shapes import (
    Count,
    Flag,
    MemberNumber,
    RequestId,
    RoomOptions,
    Sentence,
    Username,
    message,
)

STICK, AXIS, BUTTON = INPUT_TYPES = ("stick", "axis", "button")
INPUT_NUMBERS = {STICK: 2, AXIS: 1, BUTTON: 1}
"""How many numbers of `input` each takes: x and y of a stick, the place on an axis, 0 or 1 of a button."""

Name = Annotated[str, Text(limits.TYPE_CHARS, least=1)]


class InputRow(NamedTuple):
    """One input that the game declares."""

    name: Name
    type: Annotated[str, OneOf(INPUT_TYPES)]


class PlayerRow(NamedTuple):
    """A player beside the member's first one, whose number is the member's own."""

    player: MemberNumber
    member: MemberNumber
    username: Username


@message(60, "input")
class SendInput(NamedTuple):
    """What a player of this client holds from now on, in the order in which the game declares its inputs. `number`
    rises with each input of a player who predicts, and is 0 for one who does not."""

    player: MemberNumber
    number: Count
    values: Annotated[list[float], ListOf(Number(-1, 1), limits.INPUT_VALUES)]


@message(61, "act", counted=True)
class SendAct(NamedTuple):
    """A one-off move of a player of this client, with the fields that the game declares for it."""

    player: MemberNumber
    name: Name
    fields: RoomOptions


@message(62, "scene", longest=limits.SCENE_BYTES + limits.FRAME_BYTES)
class Scene(NamedTuple):
    """The whole picture: class tables, the scene's own fields, a row per object."""

    tick: Count
    classes: Annotated[list[Any], Tree(list)]
    fields: Annotated[dict[str, Any], Tree(dict)]
    objects: Annotated[list[Any], Tree(list)]


@message(63, "update", longest=limits.SCENE_BYTES + limits.FRAME_BYTES)
class Update(NamedTuple):
    """What changed since the scene or update of tick `base`; one that has another picture waits for the next scene.

    `inputs`: [player, number of the last input that this tick has used], for players who predict.
    """

    tick: Count
    base: Count
    classes: Annotated[list[Any], Tree(list)]
    fields: Annotated[dict[str, Any], Tree(dict)]
    added: Annotated[list[Any], Tree(list)]
    changed: Annotated[list[Any], Tree(list)]
    removed: Annotated[list[Any], Tree(list)]
    events: Annotated[list[Any], Tree(list)]
    inputs: Annotated[list[Any], Tree(list)]


@message(64, "add-player", counted=True)
class AddPlayer(NamedTuple):
    """One more person at this client's screen, who takes a seat of the room. The answer is `add-player` or `error`."""

    request: RequestId
    username: Annotated[str, Text(200)]


@message(64, "add-player", counted=True)
class PlayerAdded(NamedTuple):
    player: MemberNumber
    member: MemberNumber
    username: Username


@message(65, "remove-player", counted=True)
class RemovePlayer(NamedTuple):
    """A player of this client, but its first, goes and frees the seat."""

    request: RequestId
    player: MemberNumber


@message(65, "remove-player", counted=True)
class PlayerRemoved(NamedTuple):
    player: MemberNumber


@message(66, "result", counted=True)
class Result(NamedTuple):
    """The game has ended with this; the room closes next."""

    fields: Annotated[dict[str, Any], Tree(dict)]


@message(67, "reloaded", counted=True)
class Reloaded(NamedTuple):
    """In development: the game's code was changed and runs anew. Not `is_kept`: the game began again, and `text` says
    why its state did not fit."""

    is_kept: Flag
    text: Sentence
