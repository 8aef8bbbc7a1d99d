// Puts the parts together.
import { showChat, toNewest } from "./chat.js";
import { showChats } from "./chats.js";
import { showComposer } from "./composer.js";
import { fill, h } from "./dom.js";
import { listen } from "./events.js";
import { answered } from "./message.js";
import { refreshPanel, showPanels } from "./panels.js";
import { showTopics } from "./topics.js";
import { changed, loadAll, loadChats, loadMessages, loadServer, loadWorld, recall, state, subscribe } from "./state.js";

const PANES = [
  ["chats", "Chats"],
  ["chat", "Chat"],
  ["server", "Server"],
];

/** On a narrow screen one part is seen at a time. */
function showPane(name) {
  document.body.dataset.pane = name;
  showNavigation();
  if (name === "chat") toNewest();
}

function showNavigation() {
  const pane = document.body.dataset.pane;
  fill(document.getElementById("panes"), [pane], () =>
    PANES.map(([name, label]) => h("button", { type: "button", "aria-pressed": String(name === pane), onclick: () => showPane(name) }, label)),
  );
}

function showBar() {
  const connection = document.getElementById("connection");
  connection.dataset.live = state.live ? "yes" : "no";
  fill(connection, state.live, () => (state.live ? "live" : "disconnected"));
  fill(document.getElementById("address"), state.server.api, () => state.server.api);
  fill(document.getElementById("now"), state.server.virtual_clock && state.server.now, () =>
    state.server.virtual_clock ? `virtual clock ${state.server.now}` : null,
  );
}

function show() {
  showBar();
  showChats(showPane);
  showTopics();
  showChat(showPane);
  showComposer();
  showPanels();
}

function onEvent(name, data) {
  switch (name) {
    case "resync":
      loadAll();
      break;
    case "message":
      if (data.user === undefined || data.user === state.me) loadChats();
      if (data.chat === state.chat && (data.user === undefined || data.user === state.me)) loadMessages();
      break;
    case "opinions":
      loadMessages();
      break;
    case "answer":
      answered(data);
      break;
    case "known":
    case "members":
      loadWorld();
      loadChats();
      break;
    case "queue":
      loadWorld();
      break;
    case "clock":
      loadServer();
      loadWorld();
      break;
  }
  refreshPanel(name);
}

function onLive(live) {
  state.live = live;
  changed();
}

recall();
subscribe(show);
showNavigation();
show();
listen(onEvent, onLive);
