// A room to talk in: the chat that every room has, with the whole stage for itself.

import { find } from "room-cluster/pages/dom.js";
import { enterRoom } from "room-cluster/pages/game-page.js";

await enterRoom({ title: "Chat", chatIn: find("#stage", HTMLElement) });
find(".say input", HTMLInputElement).focus();
