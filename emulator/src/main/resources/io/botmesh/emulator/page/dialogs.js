// New people, bots and chats.
import { post } from "./api.js";
import { copied, h, toast } from "./dom.js";
import { actAs, loadAll, openChat, state } from "./state.js";

/** Asks for the fields and acts; stays open with the server's line if that fails. */
export function ask(title, fields, act, verb = "Create") {
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const form = h(
    "form",
    { method: "dialog" },
    h("h2", {}, title),
    fields,
    problem,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: "primary" }, verb),
    ),
  );
  const dialog = show(title, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
      const after = await act(values);
      dialog.close();
      if (typeof after === "function") after();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
}

/** A dialog of any content, which may close it. */
export function dialogOf(title, content) {
  const dialog = show(title, h("div", {}));
  dialog.replaceChildren();
  for (const part of [content(() => dialog.close())].flat()) dialog.append(part);
  return dialog;
}

function show(title, content) {
  const dialog = h("dialog", { "aria-label": title, onclose: () => dialog.remove() }, content);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function tell(title, text) {
  const dialog = show(
    title,
    h("form", { method: "dialog" }, h("h2", {}, title), h("p", {}, text), h("div", { class: "actions" }, h("button", { class: "primary" }, "Close"))),
  );
  return dialog;
}

/** Fields of other kinds than a line of text. */
export function number(label, name, value, properties = {}, hint) {
  return field(label, name, { type: "number", step: "any", value, required: value !== "", ...properties }, hint);
}

export function choice(label, name, options, chosen = null) {
  return h("label", { class: "field" }, h("span", {}, label), h("select", { name }, options.map(([value, text]) => h("option", { value, selected: value === chosen }, text))));
}

export function tick(label, name) {
  return h("label", { class: "tick" }, h("input", { type: "checkbox", name, value: "yes" }), label);
}

export function ticks(options) {
  const shown = h("fieldset", {}, options.map(([value, text]) => h("label", { class: "tick" }, h("input", { type: "checkbox", value }), text)));
  return { shown, chosen: () => [...shown.querySelectorAll("input:checked")].map((input) => Number(input.value)) };
}

export function field(label, name, properties = {}, hint) {
  return h("label", { class: "field" }, h("span", {}, label), h("input", { name, autocomplete: "off", ...properties }), hint && h("small", {}, hint));
}

export function newPerson() {
  ask(
    "New person",
    [field("First name", "first_name", { required: true, maxlength: 64 }), field("Username", "username", {}, "Without @; may be empty.")],
    async (values) => {
      const person = await post("users", values);
      await loadAll();
      actAs(person.id);
    },
  );
}

export function newBot() {
  ask(
    "New bot",
    [
      field("Username", "username", { required: true, placeholder: "echo_bot" }, "Without @."),
      field("Token", "token", { placeholder: "one is made for you" }, "A token of your own, if you need a certain one."),
    ],
    async (values) => {
      const bot = await post("bots", values);
      await loadAll();
      return () => showToken(bot);
    },
  );
}

function showToken(bot) {
  show(
    `@${bot.username}`,
    h(
      "form",
      { method: "dialog", class: "token" },
      h("h2", {}, `@${bot.username} is ready`),
      h("p", {}, "Give these two to the bot’s program. The token is not shown again."),
      copyable("Token", bot.token),
      copyable("Base URL", state.server.api),
      h(
        "div",
        { class: "actions" },
        h("button", {}, "Close"),
        h("button", { class: "primary", onclick: () => openChat(bot.id), disabled: state.me === null }, "Open the chat"),
      ),
    ),
  );
}

function copyable(label, value) {
  const shown = h("input", { readonly: true, value, "aria-label": label });
  const copy = async () => {
    shown.select();
    toast((await copied(value)) ? `${label} copied` : `${label} is selected: copy it with the keyboard`);
  };
  return h("div", { class: "field" }, h("span", {}, label), h("div", { class: "copy" }, shown, h("button", { type: "button", onclick: copy }, "Copy")));
}

/** A channel or group with the person in it and the bots that were ticked as administrators. */
export function newPlace(kind) {
  const ticks = state.bots
    .filter((bot) => !bot.revoked)
    .map((bot) => h("label", { class: "tick" }, h("input", { type: "checkbox", value: bot.id }), `@${bot.username}`));
  ask(
    kind === "channel" ? "New channel" : "New group",
    [
      field("Title", "title", { required: true, maxlength: 128 }),
      field("Username", "username", {}, "Without @; makes it public."),
      kind !== "channel" && choice("Kind", "kind", [["supergroup", "Group"], ["forum", "Group with topics"], ["basic", "Small group"]]),
      ticks.length > 0 && h("fieldset", {}, h("legend", {}, "Bots as administrators"), ticks),
    ],
    async (values) => {
      const admins = ticks
        .map((tick) => tick.querySelector("input"))
        .filter((input) => input.checked)
        .map((input) => ({ bot: Number(input.value) }));
      admins.push({ user: state.me });
      const made = await post(kind === "channel" ? "channels" : "groups", { ...values, admins });
      await loadAll();
      openChat(made.chat_id);
    },
  );
}
