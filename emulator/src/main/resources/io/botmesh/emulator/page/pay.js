// How a person pays an invoice.
import { get, post } from "./api.js";
import { dialogOf, field } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { act } from "./message.js";
import { until } from "./send.js";
import { state } from "./state.js";

const ADDRESS = [
  ["Country", "country_code", "DE"],
  ["State", "state", ""],
  ["City", "city", "Berlin"],
  ["Street", "street_line1", "Example Street 1"],
  ["Street, second line", "street_line2", ""],
  ["Post code", "post_code", "10115"],
];

const WHO = [
  ["Name", "name", "text"],
  ["Phone number", "phone_number", "tel"],
  ["E-mail", "email", "email"],
];

export async function pay(message) {
  const begun = await act("payments", { user: state.me, chat: state.chat, message_id: message.message_id });
  if (!begun) return;
  const box = h("div", {});
  const dialog = dialogOf("Payment", () => box);
  const payment = begun.payment;
  const problem = h("p", { class: "problem", role: "alert", hidden: true });

  /** Tells the emulator, then waits until the bot had its say. */
  const step = async (what) => {
    problem.hidden = true;
    try {
      await post("payment-steps", { payment, ...what });
      await look();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };

  const look = async () => {
    show({ stage: "asking" });
    show(await until(() => get("payments", { payment }), (status) => ["open", "paid", "failed"].includes(status.stage), 15_000));
  };

  const show = (status) => fill(box, status, () => form(message, status, step, problem, dialog));
  show(await get("payments", { payment }));
}

function form(message, status, step, problem, dialog) {
  const { invoice } = message;
  const price = invoice.currency === "XTR" ? `${invoice.total_amount} Stars` : `${(invoice.total_amount / 100).toFixed(2)} ${invoice.currency}`;
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const head = [h("h2", {}, invoice.title), h("p", {}, invoice.description), h("p", {}, h("strong", {}, price))];
  switch (status.stage) {
    case "paid":
      return h("form", {}, head, h("p", { role: "status" }, "Paid. ", h("small", {}, status.charge_id)), h("div", { class: "actions" }, close));
    case "failed":
      return h("form", {}, head, h("p", { class: "problem", role: "alert" }, status.error || "The payment failed"), h("div", { class: "actions" }, close));
    case "asking":
      return h("form", {}, head, h("p", { role: "status" }, "The bot is asked …"));
  }
  const options = (status.shipping_options ?? []).map((option, number) =>
    h("label", { class: "tick" }, h("input", { type: "radio", name: "option", value: option.id, checked: number === 0 }), `${option.title}, ${(option.prices.reduce((sum, one) => sum + one.amount, 0) / 100).toFixed(2)}`),
  );
  const address = h("details", {}, h("summary", {}, "Deliver it"), ADDRESS.map(([label, name, value]) => field(label, name, { value })), h("button", { type: "submit", name: "do", value: "ship" }, "Ask what delivery costs"));
  const asked = WHO.filter(([, name]) => status.asks.includes(name));
  const who = asked.length > 0 && h("fieldset", {}, h("legend", {}, "The bot asks who you are"), asked.map(([label, name, type]) => field(label, name, { type })), h("button", { type: "submit", name: "do", value: "who" }, "Tell it"));
  const tip = invoice.currency !== "XTR" && h("details", {}, h("summary", {}, "Add a tip"), field("Amount, in the smallest unit", "tip", { type: "number", min: 0, value: 0 }), h("button", { type: "submit", name: "do", value: "tip" }, "Add"));
  const shown = h(
    "form",
    {},
    head,
    status.error && h("p", { class: "problem", role: "alert" }, status.error),
    options.length > 0 ? [h("fieldset", {}, h("legend", {}, "Delivery"), options), h("button", { type: "submit", name: "do", value: "choose" }, "Choose")] : invoice.currency !== "XTR" && address,
    who,
    tip,
    problem,
    h("div", { class: "actions" }, close, h("button", { type: "submit", class: "primary", name: "do", value: "pay" }, "Pay")),
  );
  shown.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(shown));
    const { option, tip: amount, ...told } = values;
    const some = (names) => Object.fromEntries(names.map((name) => [name, told[name]]).filter(([, value]) => value !== undefined));
    if (event.submitter?.value === "ship") step({ address: some(ADDRESS.map(([, name]) => name)) });
    else if (event.submitter?.value === "who") step({ who: some(WHO.map(([, name]) => name)) });
    else if (event.submitter?.value === "tip") step({ tip: Number(amount) });
    else if (event.submitter?.value === "choose") step({ option });
    else step({});
  });
  return shown;
}
