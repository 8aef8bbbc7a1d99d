// One message, or the messages of one album, as a bubble.
import { fileUrl, get, post } from "./api.js";
import { ask, field, tell } from "./dialogs.js";
import { copied, h, toast } from "./dom.js";
import { place as placeFields } from "./keys.js";
import { pay } from "./pay.js";
import { rich } from "./rich.js";
import { askInline, forward } from "./send.js";
import { setDraft, state } from "./state.js";
import { bytes, clockTime, day, formatted, link, serviceText, short, summary } from "./text.js";
import { thread } from "./topics.js";

const EMOJI = ["👍", "❤", "🔥", "🎉", "😁", "👎"];

/** Queries of pressed buttons that wait for their bot: id to what the bot's answer ends. */
const pressed = new Map();

/** Answers to queries that nobody here knows yet: a bot may be quicker than the reply to the press. */
const early = new Map();
let presses = 0;

export function dayMark(seconds) {
  return h("li", { class: "day" }, h("span", {}, day(seconds)));
}

/** @param items messages of one album, or a single one, each with what people think of it */
export function bubble(items, readOnly) {
  const messages = items.map((item) => item.message);
  const message = messages[0];
  const said = serviceText(message);
  if (said) return h("li", { class: "service", id: `message-${message.message_id}` }, h("span", {}, said));
  const own = message.from?.id === state.me;
  const captioned = messages.find((one) => one.text || one.caption) ?? message;
  const media = items.map(content).filter(Boolean);
  const words = captioned.text ?? captioned.caption;
  const text = words && h("div", { class: "text" }, formatted(words, captioned.entities ?? captioned.caption_entities, sendText));
  const parts = media.length === 0 ? [] : [h("div", { class: media.length > 1 ? "media album" : "media" }, media)];
  return h(
    "li",
    { class: own ? "message own" : "message", id: `message-${message.message_id}` },
    h(
      "article",
      { "aria-label": `${sender(message)}, ${clockTime(message.date)}` },
      !own && message.chat.type !== "private" && h("header", { class: "sender", "data-hue": Math.abs(message.from?.id ?? message.chat.id) % 7 }, sender(message)),
      message.forward_origin && h("p", { class: "forward" }, "Forwarded from ", h("strong", {}, origin(message.forward_origin))),
      message.via_bot && h("p", { class: "forward" }, `via @${message.via_bot.username}`),
      message.reply_to_message && quote(message.reply_to_message, message.quote),
      message.suggested_post_info && suggestion(message.suggested_post_info),
      captioned.show_caption_above_media ? [text, parts] : [parts, text],
      h(
        "footer",
        {},
        reactions(items[0]),
        h("span", { class: "meta" }, message.edit_date && "edited ", h("time", {}, clockTime(message.date))),
      ),
      !readOnly && actions(message, own),
    ),
    message.reply_markup?.inline_keyboard && keyboard(message),
  );
}

function sender(message) {
  if (message.sender_chat) return message.sender_chat.title || message.chat.title;
  return message.from ? [message.from.first_name, message.from.last_name].filter(Boolean).join(" ") : message.chat.title;
}

function origin(from) {
  return from.sender_user?.first_name || from.chat?.title || from.sender_chat?.title || from.sender_user_name || "somebody";
}

function quote(answered, part) {
  const jump = () => document.getElementById(`message-${answered.message_id}`)?.scrollIntoView({ block: "center" });
  return h(
    "button",
    { type: "button", class: "quote", onclick: jump },
    h("strong", {}, sender(answered)),
    h("span", {}, short(part?.text || summary(answered), 90)),
  );
}

// Media

function content({ message, chosen }) {
  if (message.photo) {
    const largest = message.photo.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
    return image(largest, "Photo", message);
  }
  if (message.sticker) return sticker(message.sticker);
  if (message.animation) return moving(message.animation, { loop: true, muted: true, autoplay: true }, message);
  if (message.video_note) return moving(message.video_note, { class: "round-video" }, message);
  if (message.video) return moving(message.video, {}, message);
  if (message.voice) return sound(message.voice, "Voice message");
  if (message.audio) return sound(message.audio, [message.audio.performer, message.audio.title || message.audio.file_name].filter(Boolean).join(" – "));
  if (message.document) return documentCard(message.document);
  if (message.link) return card("🔗", message.link.url, "");
  if (message.location && !message.venue) return card("📍", "Location", place(message.location));
  if (message.venue) return card("📍", message.venue.title, message.venue.address);
  if (message.contact) return card("👤", [message.contact.first_name, message.contact.last_name].filter(Boolean).join(" "), message.contact.phone_number);
  if (message.dice) return h("p", { class: "dice", "aria-label": `${message.dice.emoji} shows ${message.dice.value}` }, message.dice.emoji, h("b", {}, String(message.dice.value)));
  if (message.game) return card("🎮", message.game.title, message.game.description);
  if (message.invoice) return card("🧾", message.invoice.title, `${message.invoice.total_amount / 100} ${message.invoice.currency}`);
  if (message.paid_media) return paidMedia(message);
  if (message.poll) return poll(message, chosen);
  if (message.rich_message) {
    return rich(
      message.rich_message,
      (one) => content({ message: one }),
      (button) => inlineButton(message, button),
    );
  }
  if (message.checklist) return checklist(message.checklist);
  return null;
}

function shownInPage(file) {
  return (file.file_size ?? 0) > 0;
}

function image(file, label, message) {
  if (!shownInPage(file)) return card("🖼", label, "");
  const shown = h("img", { src: fileUrl(file), alt: message.caption || label, loading: "lazy", width: file.width || undefined, height: file.height || undefined });
  shown.addEventListener("error", () => shown.replaceWith(card("🖼", label, `${file.width}×${file.height}, ${bytes(file.file_size)}`, fileUrl(file))));
  return h("a", { href: fileUrl(file), target: "_blank", rel: "noopener noreferrer" }, shown);
}

function moving(file, properties, message) {
  if (file.mime_type === "image/gif") return image(file, "Animation", message);
  return h("video", { src: fileUrl(file), controls: !properties.autoplay, preload: "metadata", "aria-label": file.file_name || "Video", ...properties });
}

function sticker(file) {
  if (file.is_animated || file.is_video || !shownInPage(file)) return card(file.emoji || "🏷", "Sticker", file.set_name || "");
  return h("img", { class: "sticker", src: fileUrl(file), alt: `Sticker ${file.emoji || ""}` });
}

function sound(file, label) {
  return h("figure", { class: "sound" }, label && h("figcaption", {}, label), h("audio", { src: fileUrl(file), controls: true, preload: "metadata", "aria-label": label }));
}

function documentCard(file) {
  return card("📄", file.file_name || "File", bytes(file.file_size ?? 0), fileUrl(file), file.file_name);
}

function card(sign, title, about, href, download) {
  const inside = [h("span", { class: "sign", "aria-hidden": "true" }, sign), h("span", {}, h("strong", {}, title), h("small", {}, about))];
  return href ? h("a", { class: "card", href, download: download || true }, inside) : h("div", { class: "card" }, inside);
}

function place(location) {
  return `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`;
}

function paidMedia(message) {
  const buy = () => act("purchases", { from: state.me, chat: state.chat, message_id: message.message_id });
  return h(
    "div",
    {},
    message.paid_media.paid_media.map((one) => content({ message: { ...one, caption: message.caption } })),
    h("button", { type: "button", onclick: buy }, `Unlock for ${message.paid_media.star_count} Stars`),
  );
}

function checklist(list) {
  const tasks = list.tasks.map((task) => h("li", {}, `${task.completed_by_user ? "☑" : "☐"} `, task.text));
  return h("div", {}, h("strong", {}, list.title), h("ul", { class: "tasks" }, tasks));
}

/** What is asked for a post, and how it was decided. */
function suggestion(info) {
  const price = info.price ? `${info.price.amount} ${info.price.currency}` : "free";
  return h("p", { class: "forward" }, `Suggested post, ${price}: ${info.state}`);
}

// Polls

function poll(message, mine) {
  const asked = message.poll;
  const several = asked.allows_multiple_answers;
  const total = asked.total_voter_count || 0;
  const options = asked.options.map((option, number) => {
    const share = total ? Math.round((100 * option.voter_count) / total) : 0;
    const input = h("input", {
      type: several ? "checkbox" : "radio",
      name: `poll-${message.message_id}`,
      value: number,
      disabled: asked.is_closed,
      checked: mine.includes(number),
      onchange: several ? undefined : () => vote(message, [number]),
    });
    return h(
      "label",
      { class: "option" },
      input,
      h("span", {}, option.text, option.media && content({ message: option.media })),
      h("output", {}, `${share} %`),
      h("progress", { max: 100, value: share, "aria-hidden": "true" }),
    );
  });
  const chosen = () => options.flatMap((option, number) => (option.querySelector("input").checked ? [number] : []));
  return h(
    "fieldset",
    { class: "poll" },
    h("legend", {}, asked.question),
    asked.media && content({ message: asked.media }),
    h("small", {}, `${asked.is_anonymous ? "Anonymous" : "Public"} ${asked.type === "quiz" ? "quiz" : "poll"}${asked.is_closed ? ", closed" : ""}`),
    options,
    h("small", {}, total === 1 ? "1 vote" : `${total} votes`),
    h(
      "div",
      { class: "actions" },
      several && !asked.is_closed && h("button", { type: "button", onclick: () => vote(message, chosen()) }, "Vote"),
      !asked.is_closed && mine.length > 0 && h("button", { type: "button", onclick: () => vote(message, []) }, "Take back"),
      !asked.is_closed && asked.allow_adding_options && h("button", { type: "button", onclick: () => addOption(message) }, "Add an answer"),
      !asked.is_closed && message.from?.id === state.me && h("button", { type: "button", onclick: () => act("poll-ends", that(message)) }, "End the poll"),
    ),
  );
}

function vote(message, options) {
  return act("votes", { from: state.me, chat: state.chat, message_id: message.message_id, options });
}

function addOption(message) {
  ask("Add an answer", [field("Answer", "text", { required: true })], ({ text }) => post("poll-options", { ...that(message), text }), "Add");
}

function that(message) {
  return { from: state.me, chat: state.chat, message_id: message.message_id };
}

// Buttons

function keyboard(message) {
  return h(
    "div",
    { class: "keyboard", role: "group", "aria-label": "Buttons" },
    message.reply_markup.inline_keyboard.map((row) => h("div", {}, row.map((button) => inlineButton(message, button)))),
  );
}

function inlineButton(message, button) {
  if (button.url) return h("span", { class: "url-button" }, link(button.url, [button.text, " ↗"]));
  const shown = h("button", { type: "button", "data-style": button.style }, button.text);
  const asks = button.callback_data !== undefined || button.callback_game !== undefined;
  shown.addEventListener("click", () => (button.pay ? pay(message) : asks ? press(message, button, shown) : follow(message, button)));
  return shown;
}

/** A button that does something at the person's own side; the emulator says what. */
async function follow(message, button) {
  try {
    const { kind, value } = await get("buttons", { user: state.me, chat: state.chat, message_id: message.message_id, button: button.text });
    if (kind === "copy_text") {
      toast(`${(await copied(value)) ? "Copied" : "To copy"}: ${value}`);
    } else if (kind.startsWith("switch_inline_query")) {
      askInline(message.via_bot?.id ?? message.from?.id, kind === "switch_inline_query_chosen_chat" ? (button[kind].query ?? "") : value);
    } else {
      tell(button.text, [`${kind.replaceAll("_", " ")}: `, link(value, value)]);
    }
  } catch (error) {
    toast(error.message, "error");
  }
}

async function press(message, button, shown) {
  shown.setAttribute("aria-busy", "true");
  presses++;
  const query = await act("callbacks", { from: state.me, chat: state.chat, message_id: message.message_id, data: button.callback_data ?? button.text });
  presses--;
  const done = () => shown.removeAttribute("aria-busy");
  if (query) pressed.set(query.id, done);
  else done();
  const answer = query && early.get(query.id);
  if (presses === 0) early.clear();
  if (answer) answered(answer);
}

/** A bot answered a button. */
export function answered(answer) {
  const done = pressed.get(answer.query);
  if (!done) {
    if (presses > 0) early.set(answer.query, answer);
    return;
  }
  pressed.delete(answer.query);
  done();
  if (answer.text && answer.alert) tell("The bot says", answer.text);
  else if (answer.text) toast(answer.text, "answer");
  if (answer.url) toast(`The bot opens ${answer.url}`, "answer");
}

// What a person does with a message

function reactions({ message, reactions: counts, reacted }) {
  const own = reacted.map((reaction) => reaction.emoji).filter(Boolean);
  return (
    counts.length > 0 &&
    h(
      "span",
      { class: "reactions" },
      counts.map(({ type, total_count: total }) => {
        const emoji = type.emoji ?? "★";
        const mine = own.includes(emoji);
        return h(
          "button",
          {
            type: "button",
            "aria-pressed": String(mine),
            "aria-label": `${emoji}, ${total}`,
            disabled: !type.emoji,
            onclick: () => react(message, mine ? [] : [emoji]),
          },
          `${emoji} ${total}`,
        );
      }),
    )
  );
}

function react(message, emoji) {
  return act("reactions", { from: state.me, chat: state.chat, message_id: message.message_id, emoji });
}

function actions(message, own) {
  const choose = h("span", { class: "emoji", hidden: true }, EMOJI.map((emoji) => h("button", { type: "button", "aria-label": `React with ${emoji}`, onclick: () => react(message, [emoji]) }, emoji)));
  return h(
    "div",
    { class: "acts", role: "group", "aria-label": "Do something with this message" },
    h("button", { type: "button", onclick: () => setDraft({ replyTo: message }) }, "Reply"),
    own && (message.text || message.caption) && h("button", { type: "button", onclick: () => setDraft({ edit: message }) }, "Edit"),
    h("button", { type: "button", onclick: () => forward(message) }, "Forward"),
    own && message.location?.live_period && h("button", { type: "button", onclick: () => move(message) }, "Move"),
    own && message.location?.live_period && h("button", { type: "button", onclick: () => act("locations", that(message)) }, "Stop"),
    message.reply_markup === undefined && message.invoice && h("button", { type: "button", onclick: () => pay(message) }, "Pay"),
    h("button", { type: "button", "aria-label": "React", onclick: () => (choose.hidden = !choose.hidden) }, "☺"),
    choose,
  );
}

function move(message) {
  ask(
    "Move",
    placeFields(),
    ({ latitude, longitude }) => post("locations", { ...that(message), location: { latitude: Number(latitude), longitude: Number(longitude) } }),
    "Move",
  );
}

export function sendText(text) {
  return act("messages", { from: state.me, chat: state.chat, ...thread(), text });
}

/** What the server answers, undefined if it refuses, which the person is told. */
export async function act(path, body) {
  try {
    return await post(path, body);
  } catch (error) {
    toast(error.message, "error");
    return undefined;
  }
}
