// The right side: what the server does.
import { get, post, remove } from "./api.js";
import { fill, h, list, toast } from "./dom.js";
import { changed, coalesced, loadServer, state } from "./state.js";
import { short } from "./text.js";

const MOST_CALLS = 200;

const shown = { tab: "queues", limits: null, faults: [], calls: [], filter: "" };

const PANELS = {
  queues: { label: "Queues", on: [], load: nothing, show: queues },
  limits: { label: "Limits", on: ["limits", "message", "call"], load: loadLimits, show: limits },
  webhooks: { label: "Webhooks", on: [], load: nothing, show: webhooks },
  faults: { label: "Faults", on: ["faults"], load: loadFaults, show: faults },
  calls: { label: "Calls", on: ["call"], load: loadCalls, show: calls },
  clock: { label: "Clock", on: ["clock"], load: loadServer, show: clock },
};

const reload = Object.fromEntries(Object.entries(PANELS).map(([name, panel]) => [name, coalesced(panel.load)]));

/** Something happened: what is shown of it is read again. */
export function refreshPanel(event) {
  if (event === "resync") shown.calls = [];
  if (event === "resync" || PANELS[shown.tab].on.includes(event)) reload[shown.tab]();
}

export function showPanels() {
  fill(document.getElementById("tabs"), shown.tab, tabs);
  PANELS[shown.tab].show(document.getElementById("panel"));
}

function tabs() {
  const names = Object.keys(PANELS);
  return names.map((name) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-selected": String(name === shown.tab),
        "aria-controls": "panel",
        tabindex: name === shown.tab ? 0 : -1,
        onclick: () => choose(name),
        onkeydown: (event) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
          if (!step) return;
          choose(names[(names.indexOf(name) + step + names.length) % names.length]);
          document.getElementById(`tab-${shown.tab}`).focus();
        },
      },
      PANELS[name].label,
    ),
  );
}

function choose(name) {
  shown.tab = name;
  const panel = document.getElementById("panel");
  panel.replaceChildren();
  delete panel.dataset.sign;
  panel.setAttribute("aria-labelledby", `tab-${name}`);
  showPanels();
  reload[name]();
}

function botName(id) {
  const bot = state.bots.find((one) => one.id === id);
  return bot ? `@${bot.username}` : id ? String(id) : "nobody";
}

function empty(text) {
  return h("p", { class: "hint" }, text);
}

/** Carries out and says what went wrong. */
async function act(request) {
  try {
    await request;
    return true;
  } catch (error) {
    toast(error.message, "error");
    return false;
  }
}

/** Part of what the page knows anyway. */
async function nothing() {}

// Queues

function queues(panel) {
  fill(panel, state.bots, () => (state.bots.length === 0 ? empty("No bots yet.") : h("ul", { class: "rows" }, state.bots.map(queue))));
}

function queue(bot) {
  const mode = bot.revoked ? "token revoked" : bot.webhook ? "webhook" : bot.polling ? "polling" : "not fetching";
  return h(
    "li",
    { class: "row", "data-bot": bot.username },
    h("strong", {}, `@${bot.username}`),
    h("span", { class: "chip", "data-mode": mode }, mode),
    h("span", { class: "count", "aria-label": `${bot.pending_updates} updates wait` }, String(bot.pending_updates)),
    h("meter", { min: 0, max: Math.max(10, bot.pending_updates), value: bot.pending_updates, "aria-hidden": "true" }),
    bot.last_error && h("small", { class: "problem" }, bot.last_error),
  );
}

// Limits

/** Counts grow again with time alone, so they are read every second as long as that may be. */
async function loadLimits() {
  shown.limits = await get("limits");
  clearTimeout(shown.timer);
  if (shown.limits.buckets.some((one) => one.free < one.most) && !state.server.virtual_clock) {
    shown.timer = setTimeout(() => shown.tab === "limits" && reload.limits(), 1000);
  }
}

function limits(panel) {
  fill(panel, [shown.limits, state.bots], () => {
    if (!shown.limits) return null;
    const profile = h(
      "select",
      { id: "profile", onchange: () => act(post("limits", { profile: profile.value })) },
      !["off", "paper", "documented", "cautious"].includes(shown.limits.profile) && h("option", { selected: true, disabled: true }, "custom"),
      ["off", "paper", "documented", "cautious"].map((name) => h("option", { value: name, selected: name === shown.limits.profile }, name)),
    );
    return [
      h("label", { class: "field", for: "profile" }, h("span", {}, "Profile"), profile),
      shown.limits.buckets.length === 0
        ? empty(shown.limits.profile === "off" ? "No limits: bots send as fast as they like." : "No bot has sent anything yet.")
        : h("ul", { class: "rows" }, shown.limits.buckets.map(bucket)),
    ];
  });
}

function bucket(counted) {
  const where = [counted.bot && botName(counted.bot), counted.chat && chatName(counted.chat)].filter(Boolean).join(" in ");
  return h(
    "li",
    { class: "row" },
    h("strong", {}, where),
    h("span", { class: "chip" }, LIMIT_NAMES[counted.limit]),
    h("span", { class: "count" }, `${counted.free} of ${counted.most}`),
    h("meter", { min: 0, max: counted.most, value: counted.free, "aria-label": `${counted.free} of ${counted.most} messages free` }),
  );
}

const LIMIT_NAMES = { chat: "per chat", window: "per minute", bot: "all chats", total: "all bots" };

function chatName(id) {
  const place = state.places.find((one) => one.id === id);
  const user = state.users.find((one) => one.id === id);
  return place?.title ?? user?.first_name ?? String(id);
}

// Webhooks

function webhooks(panel) {
  fill(panel, state.bots, () => {
    const set = state.bots.filter((bot) => bot.webhook);
    return set.length === 0 ? empty("No bot has a webhook. A bot sets one with setWebhook.") : h("ul", { class: "rows" }, set.map(webhook));
  });
}

function webhook(bot) {
  return h(
    "li",
    { class: "row" },
    h("strong", {}, `@${bot.username}`),
    h("span", { class: "count" }, `${bot.pending_updates} wait`),
    h("code", {}, bot.webhook),
    bot.last_error && h("small", { class: "problem" }, bot.last_error),
  );
}

// Faults

async function loadFaults() {
  shown.faults = await get("faults");
}

function faults(panel) {
  const bots = state.bots.map((bot) => bot.id).join();
  if (panel.querySelector("form")?.dataset.bots !== bots) {
    panel.replaceChildren(faultForm(), h("ul", { class: "rows", "aria-label": "Faults" }));
    panel.querySelector("form").dataset.bots = bots;
  }
  list(panel.querySelector("ul"), shown.faults, (fault) => fault.id, faultRow);
}

/** Kinds of faults in words, and the one number or time that each takes. */
const FAULTS = {
  too_many_requests: { label: "429 Too Many Requests", takes: ["retry_after", "retry after, in seconds", "5"] },
  refuse: { label: "500 Internal Server Error" },
  bad_gateway: { label: "502 page that is no JSON" },
  page: { label: "Another page that is no JSON", takes: ["code", "status, such as 504", "504"] },
  lose_reply: { label: "Done, but the reply is lost" },
  reset: { label: "Connection reset, nothing done" },
  duplicate: { label: "Done twice" },
  slow: { label: "Done, but the answer is slow", takes: ["by", "by, such as PT5S", "PT5S"] },
  late: { label: "Done and answered late", takes: ["by", "by, such as PT5S", "PT5S"] },
  reset_after: { label: "Connection reset after a while", takes: ["by", "after, such as PT5S", "PT5S"] },
  swallow: { label: "No answer, nothing done" },
  silence: { label: "No answer, but done" },
  redeliver: { label: "Updates come again" },
  jump_update_ids: { label: "Update ids jump" },
  revoke_token: { label: "Token revoked" },
  conflict: { label: "409 after a while: another poll won", takes: ["by", "after, such as PT5S", "PT5S"] },
  refuse_delivery: { label: "Webhook: connection refused", delivery: true },
  cut_delivery: { label: "Webhook: connection ends within the body", delivery: true },
  delay_delivery: { label: "Webhook: update comes late", takes: ["by", "by, such as PT5S", "PT5S"], delivery: true },
  duplicate_delivery: { label: "Webhook: update comes twice", delivery: true },
  lose_answer: { label: "Webhook: answer is lost, update comes again", delivery: true },
  take_any_answer: { label: "Webhook: update is gone whatever is answered", delivery: true },
  overtake: { label: "Webhook: next update of the chat comes first", delivery: true },
};

function faultForm() {
  const kind = h("select", { name: "fault", onchange: () => showDetail() }, Object.entries(FAULTS).map(([name, { label }]) => h("option", { value: name }, label)));
  const detail = h("span", { class: "field" });
  const showDetail = () => {
    const [name, label, value] = FAULTS[kind.value].takes ?? [];
    detail.replaceChildren();
    if (name) detail.append(h("label", { class: "field" }, h("span", {}, label), h("input", { name, value, required: true })));
  };
  showDetail();
  const bot = h("select", { name: "bot" }, h("option", { value: "" }, "any bot"), state.bots.map((one) => h("option", { value: one.id }, `@${one.username}`)));
  return h(
    "form",
    {
      class: "fault",
      onsubmit: (event) => {
        event.preventDefault();
        addFault(Object.fromEntries([...new FormData(event.target)].filter(([, value]) => value !== "")));
      },
    },
    h("label", { class: "field" }, h("span", {}, "What goes wrong"), kind),
    detail,
    h("label", { class: "field" }, h("span", {}, "With calls of"), bot),
    h("label", { class: "field" }, h("span", {}, "Method"), h("input", { name: "method", placeholder: "any" })),
    h("label", { class: "field" }, h("span", {}, "Times"), h("input", { name: "times", type: "number", min: 1, placeholder: "always" })),
    h("button", { type: "submit", class: "primary" }, "Add fault"),
  );
}

function addFault({ method, bot, times, code, retry_after: retryAfter, ...fault }) {
  if (method) fault[FAULTS[fault.fault].delivery ? "updates" : "methods"] = [method];
  if (bot) fault.bot = Number(bot);
  if (times) fault.times = Number(times);
  if (retryAfter) fault.retry_after = Number(retryAfter);
  if (code) fault.code = Number(code);
  return act(post("faults", fault));
}

function faultRow(fault) {
  const only = [fault.bot && botName(fault.bot), (fault.methods ?? fault.updates)?.join(", "), fault.chat && `in ${chatName(fault.chat)}`].filter(Boolean);
  return h(
    "li",
    { class: "row", "data-spent": String(fault.spent) },
    h("strong", { title: fault.does }, FAULTS[fault.fault]?.label ?? fault.does),
    h("span", { class: "chip", "data-status": fault.struck ? "bad" : undefined }, fault.times ? `${fault.struck} of ${fault.times}` : `struck ${fault.struck}×`),
    h("button", { type: "button", class: "round", "aria-label": "Remove this fault", onclick: () => act(remove("faults", { id: fault.id })) }, "×"),
    h("small", {}, only.length ? `Only ${only.join(", ")}` : FAULTS[fault.fault]?.delivery ? "Every delivery" : "Every call"),
  );
}

// Calls

async function loadCalls() {
  const fresh = await get("calls", { after: shown.calls[0]?.sequence ?? 0, most: MOST_CALLS });
  shown.calls = [...fresh.reverse(), ...shown.calls].slice(0, MOST_CALLS);
}

function calls(panel) {
  if (!panel.querySelector("ul")) {
    const filter = h("input", {
      type: "search",
      placeholder: "Filter: method, bot, 429 …",
      "aria-label": "Filter calls",
      oninput: () => {
        shown.filter = filter.value.toLowerCase();
        changed();
      },
    });
    filter.value = shown.filter;
    panel.replaceChildren(filter, h("ul", { class: "rows calls", "aria-label": "Calls" }));
  }
  const words = shown.filter.split(/\s+/).filter(Boolean);
  const wanted = shown.calls.filter((call) => {
    const text = `${call.method} ${botName(call.bot)} ${call.error_code ?? "ok"} ${call.description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  list(panel.querySelector("ul"), wanted, (call) => call.sequence, callRow);
}

function callRow(call) {
  const status = call.ok === undefined ? "waits" : call.ok ? "ok" : String(call.error_code ?? "lost");
  return h(
    "li",
    {},
    h(
      "details",
      {},
      h(
        "summary",
        { class: "row" },
        h("time", {}, call.at.slice(11, 19)),
        h("strong", {}, call.method),
        h("span", { class: "chip", "data-status": call.ok ? "ok" : "bad" }, status),
        h("small", {}, botName(call.bot)),
      ),
      h("pre", {}, JSON.stringify(call.arguments, null, 1)),
      call.description && h("p", { class: "problem" }, call.description),
      call.result !== undefined && h("pre", {}, short(JSON.stringify(call.result, null, 1), 2000)),
    ),
  );
}

// Clock

function clock(panel) {
  fill(panel, [state.server.virtual_clock, state.server.now], () => {
    if (!state.server.virtual_clock) return empty("The emulator runs on this machine’s clock. Started with a virtual clock, it is moved here.");
    const advance = (by) => act(post("clock", { advance: by }));
    const by = h("input", { name: "by", value: "PT1H", "aria-label": "Duration, as PT1H30M", required: true });
    return [
      h("p", { class: "big" }, h("time", {}, state.server.now)),
      h(
        "form",
        {
          class: "inline",
          onsubmit: (event) => {
            event.preventDefault();
            advance(by.value);
          },
        },
        by,
        h("button", { type: "submit" }, "Advance"),
      ),
      h(
        "div",
        { class: "create" },
        [
          ["1 s", "PT1S"],
          ["1 min", "PT1M"],
          ["1 h", "PT1H"],
          ["1 day", "PT24H"],
        ].map(([label, duration]) => h("button", { type: "button", onclick: () => advance(duration) }, `+ ${label}`)),
      ),
    ];
  });
}
