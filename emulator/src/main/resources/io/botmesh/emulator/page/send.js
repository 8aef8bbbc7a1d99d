// What a person sends apart from texts and files.
import { get, post } from "./api.js";
import { anything } from "./anything.js";
import { ask, choice, dialogOf, field, number, tick } from "./dialogs.js";
import { h, toast } from "./dom.js";
import { place } from "./keys.js";
import { act } from "./message.js";
import { currentChat, state, titleOf } from "./state.js";
import { thread } from "./topics.js";

const DICE = ["🎲", "🎯", "🏀", "⚽", "🎳", "🎰"];

export function more() {
  const dialog = dialogOf("Send", (close) => [
    h("h2", {}, "Send"),
    h(
      "div",
      { class: "choices" },
      Object.entries(KINDS).map(([label, begin]) =>
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              close();
              begin();
            },
          },
          label,
        ),
      ),
    ),
  ]);
  return dialog;
}

const KINDS = {
  Location: () =>
    ask("Location", [place(), number("Live for seconds", "live_period", "0", { min: 0, step: 1 })], (values) => say({ location: numbers(values) }), "Send"),
  Venue: () =>
    ask(
      "Venue",
      [place(), field("Title", "title", { required: true }), field("Address", "address", { required: true })],
      ({ title, address, ...where }) => say({ venue: { ...numbers(where), title, address } }),
      "Send",
    ),
  Contact: () =>
    ask(
      "Contact",
      [field("Phone number", "phone_number", { required: true, type: "tel" }), field("First name", "first_name", { required: true }), field("Last name", "last_name")],
      (contact) => say({ contact }),
      "Send",
    ),
  Dice: () => ask("Dice", [choice("Emoji", "dice", DICE.map((emoji) => [emoji, emoji]))], (values) => say(values), "Send"),
  Poll: () => askPoll((poll) => say({ poll })),
  "Ask a bot (inline)": () => askInline(),
  "Anything else": () => anything(),
};

function numbers(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
}

async function say(content) {
  await post("messages", { from: state.me, chat: state.chat, ...thread(), ...content });
}

export function askPoll(send, quiz = false) {
  ask(
    quiz ? "Quiz" : "Poll",
    [
      field("Question", "question", { required: true }),
      h("label", { class: "field" }, h("span", {}, "Options"), h("textarea", { name: "options", rows: 4, required: true }), h("small", {}, "One on each line.")),
      number("Right answer", "correct", quiz ? "1" : "", { min: 1, step: 1, required: quiz }, "Its number makes the poll a quiz."),
      tick("Everybody sees who votes how", "open"),
      tick("Several may be chosen", "multiple"),
    ],
    ({ question, options, correct, open, multiple }) =>
      send({
        question,
        options: options.split("\n").filter((line) => line.trim()),
        ...(correct ? { correct: Number(correct) - 1 } : {}),
        anonymous: !open,
        multiple: Boolean(multiple),
      }),
    "Send",
  );
}

// Inline mode

/** Asks a bot for results and sends one of them. */
export function askInline(bot = null, query = "") {
  const bots = state.bots.filter((one) => one.inline && !one.revoked);
  if (bots.length === 0) {
    toast("No bot has inline mode; switch it on by POST /control/bot-settings", "error");
    return;
  }
  const results = h("ul", { class: "results", "aria-label": "Results" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const run = async (values, offset = "") => {
    problem.hidden = true;
    const { me, chat } = state;
    try {
      const { id } = await post("inline", { user: me, chat, bot: Number(values.bot), query: values.query ?? "", offset });
      const offer = await until(() => get("inline", { id }));
      if (!offset) results.replaceChildren();
      for (const result of offer.results) results.append(h("li", {}, h("button", { type: "button", onclick: () => choose(id, result) }, h("strong", {}, result.title || result.type), result.description && h("small", {}, result.description))));
      if (offer.next_offset) {
        const next = h("button", { type: "button", onclick: () => (next.parentElement.remove(), run(values, offer.next_offset)) }, "More");
        results.append(h("li", {}, next));
      }
      if (!results.childElementCount) results.append(h("li", {}, "Nothing"));
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };
  const choose = async (id, result) => {
    if (await act("inline-choices", { id, result: String(result.id) })) dialog.close();
  };
  const form = h(
    "form",
    {},
    h("h2", {}, "Ask a bot"),
    choice("Bot", "bot", bots.map((one) => [one.id, `@${one.username}`]), bot),
    field("Query", "query", { value: query }),
    problem,
    results,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: "primary" }, "Ask"),
    ),
  );
  const dialog = dialogOf("Ask a bot", () => form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(Object.fromEntries(new FormData(form)));
  });
}

/** Looks again until there is something, or it took too long. */
export async function until(look, found = (answer) => answer !== null, patience = 10_000) {
  for (const end = Date.now() + patience; ; ) {
    const answer = await look();
    if (found(answer)) return answer;
    if (Date.now() > end) throw new Error("the bot has not answered");
    await new Promise((again) => setTimeout(again, 150));
  }
}

// Messages that are shown again

export function forward(message) {
  const from = { chat: state.chat, message_id: message.message_id };
  ask(
    "Forward",
    [choice("To", "to", state.chats.map((chat) => [chat.chat, titleOf(chat)]), state.chat)],
    ({ to }) => post("messages", { from: state.me, chat: Number(to), forward: from }),
    "Forward",
  );
}

/** What a person does with a chat as a whole. */
export function aboutChat() {
  const chat = currentChat();
  const me = { user: state.me };
  const doing = chat.bot
    ? {
        "Block the bot": () => act("blocks", { ...me, bot: chat.chat }),
        "Unblock the bot": () => act("blocks", { ...me, bot: chat.chat, blocked: false }),
        "Open its web app": () => act("web-apps", { ...me, chat: chat.chat, bot: chat.chat }),
      }
    : {
        Leave: () => act("members", { ...me, chat: chat.chat, status: "left" }),
        "Boost for a month": () => act("boosts", { ...me, chat: chat.chat, lasts: "P30D" }),
        "Make it a forum": () => act("chat-settings", { chat: chat.chat, forum: true }),
      };
  doing["Anything else"] = () => anything();
  dialogOf(titleOf(chat), (close) => [
    h("h2", {}, titleOf(chat)),
    h(
      "div",
      { class: "choices" },
      Object.entries(doing).map(([label, run]) =>
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              close();
              run();
            },
          },
          label,
        ),
      ),
    ),
  ]);
}
