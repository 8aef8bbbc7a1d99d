// The keyboard that a bot put in place of the person's own.
import { post } from "./api.js";
import { ask, field, number, ticks } from "./dialogs.js";
import { h } from "./dom.js";
import { sendText } from "./message.js";
import { askPoll } from "./send.js";
import { state, titleOf } from "./state.js";

export function keys(markup) {
  return h(
    "div",
    { class: "keyboard reply", role: "group", "aria-label": "Reply keyboard" },
    markup.keyboard.map((row) => h("div", {}, row.map(key))),
  );
}

function key(button) {
  const text = typeof button === "string" ? button : button.text;
  const wish = typeof button === "string" ? undefined : Object.keys(WISHES).find((name) => button[name]);
  return h("button", { type: "button", onclick: () => (wish ? WISHES[wish](text, button[wish]) : sendText(text)) }, text);
}

/** What a key asks for, and how the person gives it. */
const WISHES = {
  request_contact: (key) =>
    ask("Share your number", [field("Phone number", "phone_number", { required: true, type: "tel", value: "+15550100" })], (values) => tap(key, values), "Share"),
  request_location: (key) =>
    ask(
      "Share where you are",
      place(),
      ({ latitude, longitude }) => tap(key, { location: { latitude: Number(latitude), longitude: Number(longitude) } }),
      "Share",
    ),
  request_users: (key, wanted) => {
    const accounts = wanted.user_is_bot ? state.bots : state.users;
    const boxes = ticks(accounts.map((one) => [one.id, wanted.user_is_bot ? `@${one.username}` : one.first_name]));
    ask("Share people", [boxes.shown], () => tap(key, { users: boxes.chosen() }), "Share");
  },
  request_chat: (key) =>
    ask(
      "Share a chat",
      [
        h(
          "label",
          { class: "field" },
          h("span", {}, "Chat"),
          h("select", { name: "chat" }, state.chats.filter((chat) => !chat.bot).map((chat) => h("option", { value: chat.chat }, titleOf(chat)))),
        ),
      ],
      ({ chat }) => tap(key, { shared_chat: Number(chat) }),
      "Share",
    ),
  request_managed_bot: (key) =>
    ask("Create a bot", [field("Username", "managed_bot", { required: true }, "Without @.")], (values) => tap(key, values)),
  request_poll: (key, wanted) => askPoll((poll) => tap(key, { poll }), wanted.type === "quiz"),
  web_app: (key) => ask("Web app", [field("What it sends", "web_app_data", { required: true })], (values) => tap(key, values), "Send"),
};

export function place(latitude = "52.5200", longitude = "13.4050") {
  return [number("Latitude", "latitude", latitude, { min: -90, max: 90 }), number("Longitude", "longitude", longitude, { min: -180, max: 180 })];
}

async function tap(key, shared) {
  await post("keys", { user: state.me, chat: state.chat, key, ...shared });
}
