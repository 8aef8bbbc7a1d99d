// Formatted text.
import { h } from "./dom.js";
import { richSummary } from "./rich.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};

/**
 * Text with its entities as nodes.
 *
 * @param onCommand what happens when a command is clicked
 */
export function formatted(text, entities, onCommand) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return span(text, sorted, 0, text.length, onCommand);
}

function span(text, entities, from, to, onCommand) {
  const nodes = [];
  let at = from;
  while (entities.length) {
    const entity = entities[0];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset >= to) break;
    entities.shift();
    if (entity.offset < at) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const inside = span(text, entities, entity.offset, end, onCommand);
    nodes.push(wrap(entity, text.slice(entity.offset, end), inside, onCommand));
    at = end;
  }
  if (at < to) nodes.push(text.slice(at, to));
  return nodes;
}

function wrap(entity, words, inside, onCommand) {
  switch (entity.type) {
    case "text_link":
      return link(entity.url, inside);
    case "url":
      return link(/^[a-z][a-z0-9+.-]*:/i.test(words) ? words : `https://${words}`, inside);
    case "email":
      return link(`mailto:${words}`, inside);
    case "spoiler":
      return spoiler(inside);
    case "pre":
      return h("pre", { "data-language": entity.language }, h("code", {}, inside));
    case "bot_command":
      return h("button", { type: "button", class: "inline", onclick: () => onCommand(words) }, inside);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
    case "phone_number":
      return h("span", { class: "mark" }, inside);
    default:
      return TAGS[entity.type] ? h(TAGS[entity.type], {}, inside) : h("span", {}, inside);
  }
}

/** Only addresses that cannot run anything in this page become links. */
export function link(address, inside) {
  if (!URL.canParse(address)) return h("span", { class: "mark" }, inside);
  const safe = ["http:", "https:", "mailto:", "tg:"].includes(new URL(address).protocol);
  return safe
    ? h("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, inside)
    : h("span", { class: "mark", title: address }, inside);
}

function spoiler(inside) {
  const shown = h("button", { type: "button", class: "spoiler", "aria-label": "Hidden text, press to show" }, inside);
  shown.addEventListener("click", () => shown.replaceWith(h("span", { class: "mark" }, [...shown.childNodes])));
  return shown;
}

/** What a message says in one line. */
export function summary(message) {
  if (message.text) return message.text;
  const kind = Object.keys(KINDS).find((name) => message[name]);
  if (!kind) return serviceText(message) || "message";
  const label = typeof KINDS[kind] === "function" ? KINDS[kind](message) : KINDS[kind];
  return message.caption ? `${label}, ${message.caption}` : label;
}

const KINDS = {
  animation: "Animation",
  audio: (message) => `Audio ${message.audio.title || message.audio.file_name || ""}`.trim(),
  contact: (message) => `Contact ${message.contact.first_name}`,
  dice: (message) => `${message.dice.emoji} ${message.dice.value}`,
  document: (message) => message.document.file_name || "File",
  game: (message) => `Game ${message.game.title}`,
  invoice: (message) => `Invoice ${message.invoice.title}`,
  photo: "Photo",
  checklist: (message) => `Checklist: ${message.checklist.title}`,
  rich_message: (message) => richSummary(message.rich_message),
  poll: (message) => `Poll: ${message.poll.question}`,
  sticker: (message) => `Sticker ${message.sticker.emoji || ""}`.trim(),
  venue: (message) => `Venue ${message.venue.title}`,
  location: "Location",
  video_note: "Video message",
  video: "Video",
  voice: "Voice message",
};

/** News about a chat in words, undefined for a message of somebody. */
export function serviceText(message) {
  const who = message.from?.first_name || message.sender_chat?.title || "Somebody";
  const names = (accounts) => accounts.map((account) => account.first_name).join(", ");
  if (message.new_chat_members) {
    const alone = message.new_chat_members.length === 1 && message.new_chat_members[0].id === message.from?.id;
    return alone ? `${who} joined` : `${who} added ${names(message.new_chat_members)}`;
  }
  if (message.left_chat_member) {
    return message.left_chat_member.id === message.from?.id
      ? `${who} left`
      : `${who} removed ${message.left_chat_member.first_name}`;
  }
  if (message.pinned_message) return `${who} pinned “${short(summary(message.pinned_message))}”`;
  if (message.new_chat_title) return `${who} changed the title to “${message.new_chat_title}”`;
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}” was created`;
  if (message.forum_topic_edited) return `The topic is now “${message.forum_topic_edited.name || ""}”`;
  if (message.successful_payment) {
    return `Paid ${message.successful_payment.total_amount} ${message.successful_payment.currency}`;
  }
  if (message.suggested_post_declined) return `Declined: ${message.suggested_post_declined.comment || "without a reason"}`;
  if (message.message_auto_delete_timer_changed) return "The auto-delete timer was changed";
  return FLAGS.find(([flag]) => message[flag])?.[1];
}

const FLAGS = [
  ["channel_chat_created", "The channel was created"],
  ["supergroup_chat_created", "The group was created"],
  ["group_chat_created", "The group was created"],
  ["migrate_to_chat_id", "The group became a supergroup"],
  ["migrate_from_chat_id", "The group became a supergroup"],
  ["delete_chat_photo", "The photo was removed"],
  ["new_chat_photo", "The photo was changed"],
  ["forum_topic_closed", "The topic was closed"],
  ["forum_topic_reopened", "The topic was reopened"],
  ["general_forum_topic_hidden", "The General topic was hidden"],
  ["general_forum_topic_unhidden", "The General topic was shown again"],
  ["write_access_allowed", "The bot may write now"],
  ["users_shared", "People were shared"],
  ["web_app_data", "Data of a web app was sent"],
  ["managed_bot_created", "A bot was created"],
  ["boost_added", "The chat was boosted"],
  ["chat_shared", "A chat was shared"],
  ["suggested_post_approved", "The post was approved"],
  ["suggested_post_approval_failed", "There are too few Stars to approve the post"],
  ["suggested_post_paid", "The post was paid"],
  ["suggested_post_refunded", "The post was refunded"],
  ["checklist_tasks_done", "Tasks were ticked off or taken up again"],
  ["checklist_tasks_added", "Tasks were added"],
];

export function short(text, most = 60) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

/** Hours and minutes of a time in seconds. */
export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function day(seconds) {
  return new Date(seconds * 1000).toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

export function bytes(size) {
  if (size < 1000) return `${size} B`;
  const units = ["kB", "MB", "GB"];
  let value = size;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
