// A form for each call of the control API, made from the emulator's own description of them.
import { get, remove, send, upload } from "./api.js";
import { dialogOf } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { loadChats, loadMessages, loadWorld, state } from "./state.js";

export async function anything() {
  const routes = (await get("routes")).filter((route) => route.verb !== "GET");
  const box = h("div", {});
  const pick = h(
    "select",
    { name: "route", onchange: () => show() },
    routes.map((route, number) => h("option", { value: number }, `${route.does} (${nameOf(route)})`)),
  );
  const dialog = dialogOf("Anything", () => [h("h2", {}, "Anything"), h("label", { class: "field" }, h("span", {}, "What to do"), pick), box]);
  const show = () => fill(box, pick.value, () => form(routes[pick.value], dialog));
  show();
}

function nameOf({ verb, path }) {
  return `${verb === "DELETE" ? "delete " : ""}${path.replace("/control/", "")}`;
}

function form(route, dialog) {
  const inputs = route.fields.map((one) => input(one, preset(one)));
  const told = h("output", {});
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const shown = h(
    "form",
    {},
    inputs.map((one) => one.shown),
    problem,
    told,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "button", onclick: () => dialog.close() }, "Close"),
      h("button", { type: "submit", class: "primary" }, "Do it"),
    ),
  );
  shown.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const values = await valuesOf(inputs);
      const path = route.path.replace("/control/", "");
      const answer = await (route.verb === "DELETE" ? remove(path, values) : send(route.verb, path, values));
      told.textContent = JSON.stringify(answer);
      await Promise.all([loadWorld(), loadChats(), loadMessages()]);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  });
  return shown;
}

async function valuesOf(inputs) {
  const values = {};
  for (const one of inputs) {
    const value = await one.value();
    if (value !== undefined) values[one.name] = value;
  }
  return values;
}

/** Who and where the person is stands there already. */
function preset(field) {
  if (["user", "from"].includes(field.name)) return state.me;
  if (field.name === "chat") return state.chat;
  if (field.name === "bot") return state.bots.some((bot) => bot.id === state.chat) ? state.chat : state.bots[0]?.id;
  return undefined;
}

function input({ name, type, required, means, choices, fields }, value) {
  const label = required ? `${name} *` : name;
  const around = (control) => h("label", { class: "field", "data-field": name }, h("span", {}, label), control, means && h("small", {}, means));
  switch (type) {
    case "flag": {
      const control = h("select", { name }, ["", "true", "false"].map((one) => h("option", { value: one }, one || "–")));
      return { name, shown: around(control), value: () => (control.value ? control.value === "true" : undefined) };
    }
    case "choice": {
      const control = h("select", { name }, ["", ...choices].map((one) => h("option", { value: one }, one || "–")));
      return { name, shown: around(control), value: () => control.value || undefined };
    }
    case "file": {
      const control = h("input", { type: "file", name });
      return { name, shown: around(control), value: () => (control.files[0] ? upload(control.files[0]) : undefined) };
    }
    case "texts":
    case "ids": {
      const control = h("textarea", { name, rows: 2, placeholder: "one on each line" });
      const lines = () => control.value.split("\n").filter((line) => line.trim());
      return {
        name,
        shown: around(control),
        value: () => (control.value || required ? lines().map((line) => (type === "ids" ? Number(line) : line)) : undefined),
      };
    }
    case "object": {
      if (!fields) return json(name, around);
      const inside = fields.map((one) => input(one));
      const shown = h("details", { class: "object", "data-field": name, open: required }, h("summary", {}, label), means && h("small", {}, means), inside.map((one) => one.shown));
      // What is folded is left out.
      return { name, shown, value: () => (shown.open ? valuesOf(inside) : undefined) };
    }
    case "objects":
      return json(name, around);
    case "id":
    case "number":
    case "decimal": {
      const control = h("input", { name, type: "number", step: type === "decimal" ? "any" : 1, list: type === "id" ? known() : undefined, value });
      return { name, shown: around(control), value: () => (control.value === "" ? undefined : Number(control.value)) };
    }
    default: {
      const control = h("input", { name, autocomplete: "off" });
      return { name, shown: around(control), value: () => (control.value || required ? control.value : undefined) };
    }
  }
}

function json(name, around) {
  const control = h("textarea", { name, rows: 3, placeholder: "JSON" });
  return { name, shown: around(control), value: () => (control.value ? JSON.parse(control.value) : undefined) };
}

/** Everybody's ids, by name, as suggestions. */
function known() {
  const id = "known-ids";
  document.getElementById(id)?.remove();
  const all = [
    ...state.users.map((user) => [user.id, user.first_name]),
    ...state.bots.map((bot) => [bot.id, `@${bot.username}`]),
    ...state.places.map((place) => [place.id, place.title]),
  ];
  document.body.append(h("datalist", { id }, all.map(([value, label]) => h("option", { value, label }))));
  return id;
}
