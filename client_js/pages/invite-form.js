// A private room's code, typed in by somebody who was told it.

import { find, pressed, tellField } from "./dom.js";

/** @param {(invite: string) => Promise<unknown>} join @param {(error: import("room-cluster").RoomError) => boolean} isTold */
export function inviteForm(join, isTold) {
  const form = find("#invited", HTMLFormElement);
  const input = find("#invite-code", HTMLInputElement, form);
  const button = find("button", HTMLButtonElement, form);
  const error = find("#invite-error", HTMLElement, form);
  const go = async () => {
    const invite = codeIn(input.value);
    tellField(input, error, invite ? "" : "Type the code that you were given.");
    if (!invite) return;
    await join(invite).catch((refusal) => {
      if (refusal.name !== "not-followed" && !isTold(refusal)) tellField(input, error, refusal.message);
    });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void pressed(button, go);
  });
}

/** Somebody may paste the whole link. @param {string} text */
function codeIn(text) {
  return (text.split("invite=").at(-1) ?? "").trim().toLowerCase().slice(0, 32);
}
