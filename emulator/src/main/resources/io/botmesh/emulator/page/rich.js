// Rich messages, block by block.
import { h } from "./dom.js";
import { link } from "./text.js";

const WORDS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  subscript: "sub",
  superscript: "sup",
  marked: "mark",
  code: "code",
};

const FILES = ["photo", "video", "animation", "audio", "voice_note", "document"];

/**
 * @param media  shows a file, a place or the like as in any message
 * @param button shows a button
 */
export function rich(message, media, button) {
  const show = { media, button };
  return h("div", { class: "rich", dir: message.is_rtl ? "rtl" : "auto" }, message.blocks.map((one) => block(one, show)));
}

/** What it says in one line. */
export function richSummary(message) {
  const first = message.blocks.map((one) => plain(one.text ?? one.summary ?? one.caption?.text)).find(Boolean);
  return first || "Rich message";
}

function plain(text) {
  if (text === undefined || text === null) return "";
  if (typeof text === "string") return text;
  if (Array.isArray(text)) return text.map(plain).join("");
  return text.alternative_text ?? text.expression ?? plain(text.text ?? text.button?.text);
}

function words(text, show) {
  if (text === undefined || text === null) return [];
  if (typeof text === "string") return [text];
  if (Array.isArray(text)) return text.flatMap((part) => words(part, show));
  const inside = words(text.text, show);
  switch (text.type) {
    case "url":
      return [link(text.url, inside)];
    case "email_address":
      return [link(`mailto:${text.email_address}`, inside)];
    case "custom_emoji":
      return [text.alternative_text];
    case "mathematical_expression":
      return [h("code", {}, text.expression)];
    case "button":
      return [show.button({ ...text.button, text: plain(text.button.text) })];
    case "anchor":
      return [];
    default:
      return [h(WORDS[text.type] ?? "span", { class: WORDS[text.type] ? undefined : "mark" }, inside)];
  }
}

function block(one, show) {
  const text = () => words(one.text, show);
  const blocks = () => one.blocks.map((inner) => block(inner, show));
  switch (one.type) {
    case "paragraph":
    case "thinking":
      return h("p", {}, text());
    case "heading":
      return h(`h${Math.min(6, Math.max(3, 2 + one.size))}`, {}, text());
    case "pre":
      return h("pre", { "data-language": one.language }, h("code", {}, text()));
    case "footer":
      return h("p", {}, h("small", {}, text()));
    case "divider":
      return h("hr", {});
    case "mathematical_expression":
      return h("p", {}, h("code", {}, one.expression));
    case "list":
      return h("div", {}, one.items.map((item) => h("div", { class: "item" }, h("span", {}, item.has_checkbox ? (item.is_checked ? "☑" : "☐") : item.label), h("div", {}, item.blocks.map((inner) => block(inner, show))))));
    case "blockquote":
      return h("blockquote", {}, blocks(), credit(one, show));
    case "expandable_blockquote":
    case "pullquote":
      return h("blockquote", {}, text(), credit(one, show));
    case "collage":
    case "slideshow":
      return h("figure", {}, h("div", { class: "media album" }, blocks()), caption(one, show));
    case "details":
      return h("details", { open: one.is_open }, h("summary", {}, words(one.summary, show)), blocks());
    case "table":
      return h("table", {}, one.caption && h("caption", {}, words(one.caption, show)), one.cells.map((row) => h("tr", {}, row.map((cell) => h(cell.is_header ? "th" : "td", { colspan: cell.colspan, rowspan: cell.rowspan }, words(cell.text, show))))));
    case "buttons":
      return h("div", { class: "keyboard" }, h("div", {}, one.buttons.map((inner) => show.button({ ...inner, text: plain(inner.text) }))));
    case "map":
      return h("figure", {}, show.media({ location: one.location }), caption(one, show));
    default:
      return FILES.includes(one.type) ? h("figure", {}, show.media(one.type === "voice_note" ? { voice: one.voice_note } : one), caption(one, show)) : undefined;
  }
}

function caption(one, show) {
  return one.caption && h("figcaption", {}, words(one.caption.text, show), credit(one.caption, show));
}

function credit(of, show) {
  return of.credit && h("cite", {}, words(of.credit, show));
}
