// One's own name, to carry into rooms. It is saved with Enter, or when the field is left.

import { find, hueOf, paintFace, tellField } from "./dom.js";

/** @param {import("room-cluster").Lobby} lobby */
export function usernameForm(lobby) {
  const form = find("#you", HTMLFormElement);
  const input = find("#username", HTMLInputElement, form);
  const button = find("button", HTMLButtonElement, form);
  const error = find("#username-error", HTMLElement, form);
  const show = () => {
    input.value = lobby.username;
    button.hidden = true;
    paintFace(find("#your-face", HTMLElement), lobby.username, hueOf(lobby.clientId));
  };
  const save = async () => {
    if (input.value.trim() === lobby.username) return show();
    tellField(input, error, "");
    await lobby.setUsername(input.value).then(show, (refusal) => tellField(input, error, refusal.message));
  };
  input.addEventListener("input", () => { button.hidden = input.value.trim() === lobby.username; });
  input.addEventListener("change", save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    input.blur();
  });
  input.disabled = false;
  show();
}
