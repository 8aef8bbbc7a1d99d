// What the page knows. All of it is the server's; an event only makes it be read again.
import { get } from "./api.js";
import { toast } from "./dom.js";

const MOST_MESSAGES = 200;

export const state = {
  live: false,
  server: { api: "", profile: "", virtual_clock: false, now: "" },
  bots: [],
  users: [],
  places: [], // channels and groups
  me: null, // id of the person that the page acts as
  chats: [], // of that person
  chat: null, // id of the open one, a bot's for a private chat
  messages: [],
  topics: [], // of that chat, if it has any
  topic: null, // number of the open one, null for all of them
  keyboard: null, // that a bot put in place of the person's own
  draft: {}, // { replyTo } or { edit }: a message
};

const listeners = new Set();
let told = false;

/** Calls back after changes, once for many. */
export function subscribe(listener) {
  listeners.add(listener);
}

export function changed() {
  if (told) return;
  told = true;
  queueMicrotask(() => {
    told = false;
    for (const listener of listeners) listener();
  });
}

/** Loads again and again, but never twice at once: who asks meanwhile causes one more round. */
export function coalesced(load) {
  let running = null;
  let again = false;
  return function ask() {
    if (running) {
      again = true;
      return running;
    }
    running = load()
      .catch((error) => {
        if (state.live) toast(error.message, "error");
      })
      .finally(() => {
        running = null;
        changed();
      })
      .then(() => {
        if (!again) return undefined;
        again = false;
        return ask();
      });
    return running;
  };
}

export const loadServer = coalesced(async () => {
  state.server = await get("server");
});

export const loadWorld = coalesced(async () => {
  const world = await get("state");
  state.bots = world.bots;
  state.users = world.users;
  state.places = world.chats;
  if (!state.users.some((user) => user.id === state.me)) {
    state.me = state.users.find((user) => user.first_name !== "Owner")?.id ?? state.users[0]?.id ?? null;
    state.chat = null;
    remember();
    loadChats();
  }
});

export const loadChats = coalesced(async () => {
  const me = state.me;
  const chats = me === null ? [] : await get("chats", { user: me });
  if (me === state.me) state.chats = chats;
  markRead();
});

export const loadMessages = coalesced(async () => {
  const { me, chat } = state;
  const open = me === null || chat === null ? { messages: [] } : await get("chat", { user: me, chat, most: MOST_MESSAGES });
  if (me !== state.me || chat !== state.chat) return;
  state.messages = open.messages;
  state.topics = open.topics ?? [];
  if (!state.topics.some((topic) => topic.message_thread_id === state.topic)) state.topic = null;
  state.keyboard = open.keyboard ?? null;
  markRead();
});

export async function loadAll() {
  await loadWorld();
  await Promise.all([loadServer(), loadChats(), loadMessages()]);
}

export function actAs(user) {
  if (user === state.me) return;
  state.me = user;
  state.draft = {};
  state.messages = [];
  state.chats = [];
  remember();
  loadChats();
  loadMessages();
  changed();
}

export function openChat(chat) {
  state.draft = {};
  if (chat !== state.chat) {
    state.messages = [];
    state.topics = [];
    state.topic = null;
  }
  state.chat = chat;
  remember();
  loadMessages();
  changed();
}

export async function openTopic(topic) {
  await loadMessages();
  state.topic = topic;
  changed();
}

export function setDraft(draft) {
  state.draft = draft;
  changed();
}

/** The open chat as the person's list has it; one with a bot may not have begun. */
export function currentChat() {
  const known = state.chats.find((chat) => chat.chat === state.chat);
  if (known) return known;
  const bot = state.bots.find((one) => one.id === state.chat);
  if (bot) return { chat: bot.id, bot: { id: bot.id, first_name: bot.first_name || bot.username, username: bot.username }, messages: 0 };
  const place = state.places.find((one) => one.id === state.chat);
  return place ? { chat: place.id, about: place, status: "left", messages: 0 } : null;
}

export function titleOf(chat) {
  return chat.bot ? chat.bot.first_name : chat.about.title;
}

// The person and the chat stay in the address, so that a reload shows the same.

function remember() {
  const parts = new URLSearchParams();
  if (state.me !== null) parts.set("user", state.me);
  if (state.chat !== null) parts.set("chat", state.chat);
  history.replaceState(null, "", `#${parts}`);
}

export function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  state.me = Number(parts.get("user")) || null;
  state.chat = Number(parts.get("chat")) || null;
}

// How many messages of a chat a person has seen is this browser's business, not the server's.

function seenKey(chat) {
  return `seen:${state.me}:${chat}`;
}

function markRead() {
  const open = state.chats.find((chat) => chat.chat === state.chat);
  if (open && state.messages.length) sessionStorage.setItem(seenKey(open.chat), open.messages);
}

export function unread(chat) {
  if (chat.chat === state.chat) return 0;
  return Math.max(0, chat.messages - Number(sessionStorage.getItem(seenKey(chat.chat)) || 0));
}
