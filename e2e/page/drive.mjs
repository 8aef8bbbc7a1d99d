// What a person does on the emulator's page. The first argument names the scenario.
import assert from "node:assert/strict";
import { ask, control, open } from "./browser.mjs";

const HOSTILE = '"><img src=x onerror=alert(1)>';

async function newPerson(page, name) {
  await page.getByRole("button", { name: "New person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("First name").fill(name);
  await dialog.getByRole("button", { name: "Create" }).click();
  await page.getByLabel("You are").locator("option:checked", { hasText: name }).waitFor({ state: "attached" });
}

/** Returns the token that is shown once. */
async function newBot(page, username) {
  await page.getByRole("button", { name: "New bot" }).click();
  await page.getByLabel("Username").fill(username);
  await page.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: `@${username}` });
  const token = await shown.getByLabel("Token").inputValue();
  assert.equal(await shown.getByLabel("Base URL").inputValue(), process.env.API);
  await shown.getByRole("button", { name: "Open the chat" }).click();
  await shown.waitFor({ state: "detached" });
  return token;
}

const bubbles = (page) => page.locator("#messages .message");
const said = (page, text) => bubbles(page).filter({ hasText: text }).last();

async function write(page, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.keyboard.press("Enter");
}

/** Opens one of the things that can be sent apart from texts and files. */
async function another(page, what) {
  await page.getByRole("button", { name: "Send something else" }).click();
  await page.getByRole("dialog", { name: "Send" }).getByRole("button", { name: what }).click();
}

async function choose(page, route) {
  const select = page.getByRole("dialog", { name: "Anything" }).getByLabel("What to do");
  await select.selectOption(await select.locator("option", { hasText: `(${route})` }).first().getAttribute("value"));
}

async function newTopic(page, name) {
  await page.getByRole("button", { name: "New topic" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("group", { name: "Topics" }).getByRole("button", { name, pressed: true }).waitFor();
}

const waiting = (page, username, count) =>
  page.locator(`[data-bot="${username}"] .count`, { hasText: new RegExp(`^${count}$`) }).waitFor();

async function begin(page) {
  await page.goto(process.env.CONTROL);
  await page.getByText("live", { exact: true }).waitFor();
  await newPerson(page, "Ann");
  const token = await newBot(page, "echo_bot");
  await ask("bot", { token });
  return token;
}

const scenarios = {
  /** A person, a bot and a chat from nothing; buttons, edits, replies, keyboards, reactions, polls, files. */
  async chat(page) {
    const token = await begin(page);
    assert.ok(!(await page.content()).includes(token), "the token is not shown again");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await said(page, "Hello, Ann!").waitFor();
    assert.equal(await said(page, "Hello, Ann!").locator("strong").textContent(), "Ann");

    // The toast goes by itself: watch for it while the rest happens.
    await Promise.all([
      page.locator(".toast", { hasText: "Well pressed" }).waitFor(),
      said(page, "You pressed").waitFor(),
      page.getByRole("button", { name: "Press me" }).click(),
    ]);
    await said(page, "You pressed").getByText("edited").waitFor();

    await write(page, "one");
    await said(page, "You said: one").waitFor();
    await said(page, "one").hover();
    await said(page, "You said: one").hover();
    await said(page, "You said: one").getByRole("button", { name: "Reply" }).click();
    await write(page, "two");
    await said(page, "You said: two").waitFor();
    assert.equal(await bubbles(page).filter({ hasText: "two" }).first().locator(".quote span").textContent(), "You said: one");

    const own = bubbles(page).filter({ hasText: "two" }).first();
    await own.hover();
    await own.getByRole("button", { name: "Edit" }).click();
    await write(page, "three");
    await said(page, "three").getByText("edited").waitFor();
    assert.equal(await own.count(), 1, "only the bot's answer still says two");

    await page.getByRole("button", { name: "Left", exact: true }).click();
    await said(page, "You said: Left").waitFor();

    const last = said(page, "You said: Left");
    await last.hover();
    await last.getByRole("button", { name: "React", exact: true }).click();
    await last.getByRole("button", { name: "React with 👍" }).click();
    await last.getByRole("button", { name: "👍, 1" }).waitFor();

    await write(page, "/poll");
    const poll = said(page, "Which one?");
    await poll.getByRole("radio").nth(1).check();
    await poll.getByText("100 %").waitFor();
    await poll.getByText("1 vote", { exact: true }).waitFor();

    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
    await page.getByLabel("Files").setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: png });
    await said(page, "You sent a photo of 1 pixels").waitFor();
    const picture = page.locator(".message.own img").last();
    await picture.evaluate((image) => image.decode());

    const letter = page.waitForEvent("download");
    await page.getByLabel("Files").setInputFiles({ name: "letter.txt", mimeType: "text/plain", buffer: Buffer.from("Dear bot") });
    await said(page, "You sent 8 bytes").waitFor();
    await page.getByRole("link", { name: "letter.txt" }).click();
    assert.equal((await letter).suggestedFilename(), "letter.txt");
  },

  /** Topics are made, written to one by one, renamed and closed. */
  async topics(page) {
    await begin(page);
    await page.getByRole("button", { name: "New group" }).click();
    const group = page.getByRole("dialog");
    await group.getByLabel("Title").fill("Team");
    await group.getByLabel("Kind").selectOption("forum");
    await group.getByLabel("@echo_bot").check();
    await group.getByRole("button", { name: "Create" }).click();
    const topics = page.getByRole("group", { name: "Topics" });
    await topics.getByRole("button", { name: "General" }).waitFor();
    await newTopic(page, "News");
    await write(page, "in the news");
    await said(page, "You said: in the news").waitFor();
    await newTopic(page, "Sport");
    await write(page, "in sports");
    await said(page, "You said: in sports").waitFor();
    assert.equal(await bubbles(page).filter({ hasText: "in the news" }).count(), 0, "each topic has its own messages");
    await topics.getByRole("button", { name: "News" }).click();
    await said(page, "You said: in the news").waitFor();
    assert.equal(await bubbles(page).filter({ hasText: "in sports" }).count(), 0);
    await topics.getByRole("button", { name: "Rename" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Old news");
    await page.getByRole("button", { name: "Save" }).click();
    await topics.getByRole("button", { name: "Old news" }).waitFor();
    await topics.getByRole("button", { name: "Close topic" }).click();
    await topics.getByRole("button", { name: "Old news (closed)" }).waitFor();
    await topics.getByRole("button", { name: "Open again" }).click();
    await topics.getByRole("button", { name: "Old news", exact: true }).waitFor();
    await topics.getByRole("button", { name: "All" }).click();
    await said(page, "You said: in sports").waitFor();
    await said(page, "You said: in the news").waitFor();
  },

  /** Keys that ask for a number and a place; places, contacts, dice and polls of one's own; albums; forwards. */
  async keysAndPlaces(page) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await write(page, "/keys");
    await page.getByRole("button", { name: "My number" }).click();
    await page.getByLabel("Phone number").fill("+15550123");
    await page.getByRole("button", { name: "Share" }).click();
    await said(page, "Your number is +15550123").waitFor();
    await page.getByRole("button", { name: "My place" }).click();
    await page.getByLabel("Latitude").fill("48.5");
    await page.getByRole("button", { name: "Share" }).click();
    await said(page, "You are at 48.5").waitFor();

    await another(page, "Location");
    await page.getByLabel("Latitude").fill("-33.25");
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await said(page, "You are at -33.25").waitFor();
    await another(page, "Contact");
    await page.getByLabel("Phone number").fill("+15550199");
    await page.getByLabel("First name").fill("Zoe");
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await said(page, "Your number is +15550199").waitFor();
    await another(page, "Dice");
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await bubbles(page).locator(".dice").waitFor();
    await another(page, "Poll");
    await page.getByLabel("Question").fill("Tea?");
    await page.getByLabel("Options").fill("Yes\nNo");
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    const poll = said(page, "Tea?");
    await poll.getByRole("radio").first().check();
    await poll.getByText("1 vote", { exact: true }).waitFor();
    await poll.getByRole("button", { name: "End the poll" }).click();
    await poll.getByText("closed").waitFor();

    const files = ["a.txt", "b.txt"].map((name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) }));
    await page.getByLabel("Files").setInputFiles(files);
    await bubbles(page).locator(".album").getByText("b.txt").waitFor();

    const first = said(page, "Your number is +15550199");
    await first.hover();
    await first.getByRole("button", { name: "Forward" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Forward" }).click();
    await bubbles(page).filter({ hasText: "Forwarded from" }).getByText("Your number is +15550199").waitFor();
  },

  /** An invoice is paid, and the bot hears of it. */
  async payment(page) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await write(page, "/buy");
    await page.locator("#messages").getByRole("button", { name: /^Pay/ }).first().click();
    const dialog = page.getByRole("dialog", { name: "Payment" });
    await dialog.getByText("7 Stars").waitFor();
    await dialog.getByRole("button", { name: "Pay" }).click();
    await dialog.getByText("Paid.").waitFor();
    await dialog.getByRole("button", { name: "Close" }).click();
    await said(page, "Thank you").waitFor();
  },

  /** A message of blocks is read, opened and pressed like any other. */
  async richMessage(page) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await said(page, "Hello, Ann!").waitFor();
    await write(page, "/rich");
    const shown = bubbles(page).filter({ hasText: "The report" });
    await shown.getByRole("heading", { name: "The report" }).waitFor();
    await shown.getByRole("cell", { name: "42" }).waitFor();
    await shown.getByText("More of it").click();
    await shown.getByText("hidden at first").waitFor();
    await shown.getByText("48.40000, 10.00000").waitFor();
    await shown.getByRole("button", { name: "Agree" }).click();
    await said(page, "You pressed agree").waitFor();
  },

  /** A bot is asked from a chat, and one of its results is sent. */
  async inlineMode(page) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await said(page, "Hello, Ann!").waitFor();
    await another(page, "Anything else");
    await choose(page, "bot-settings");
    await page.getByRole("dialog").getByLabel(/^inline/).first().selectOption("true");
    await page.getByRole("button", { name: "Do it" }).click();
    await page.getByRole("dialog").locator("output", { hasText: "true" }).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await another(page, "Ask a bot (inline)");
    const dialog = page.getByRole("dialog", { name: "Ask a bot" });
    await dialog.getByLabel("Query").fill("tea");
    await dialog.getByRole("button", { name: "Ask", exact: true }).click();
    await dialog.getByRole("button", { name: "Green tea" }).click();
    await bubbles(page).filter({ hasText: "via @echo_bot" }).getByText("A cup of green tea").waitFor();
  },

  /** There is a form for every call that changes something, and mistakes are told in it. */
  async anything(page, problems) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await another(page, "Anything else");
    const dialog = page.getByRole("dialog", { name: "Anything" });
    await dialog.getByLabel("What to do").waitFor();
    const offered = await dialog.getByLabel("What to do").locator("option").allTextContents();
    const served = (await (await fetch(`${process.env.CONTROL}/control/routes`)).json()).filter((route) => route.verb !== "GET");
    assert.ok(served.length > 40);
    for (const route of served) {
      const name = `${route.verb === "DELETE" ? "delete " : ""}${route.path.replace("/control/", "")}`;
      assert.ok(offered.some((option) => option.endsWith(`(${name})`)), name);
      await choose(page, name);
      for (const field of route.fields) await dialog.locator(`[data-field="${field.name}"]`).first().waitFor({ state: "attached" });
    }
    await choose(page, "messages");
    await dialog.getByText("location", { exact: true }).click();
    await dialog.getByLabel(/^latitude/).first().fill("48.25");
    await dialog.getByLabel(/^longitude/).first().fill("11.5");
    await dialog.getByRole("button", { name: "Do it" }).click();
    await dialog.locator("output", { hasText: "48.25" }).waitFor();
    await choose(page, "blocks");
    await dialog.getByLabel(/^user/).fill("1");
    await dialog.getByRole("button", { name: "Do it" }).click();
    await dialog.locator(".problem", { hasText: "1" }).waitFor();
    const [refused, ...others] = problems.splice(0);
    assert.match(refused, /status of 400/);
    assert.deepEqual(others, []);
    await dialog.getByRole("button", { name: "Close" }).click();
    await said(page, "You are at 48.25").waitFor();
  },

  /** What waits for a bot is seen growing and shrinking. */
  async queues(page) {
    const token = await begin(page);
    await page.locator('[data-bot="echo_bot"]').getByText("polling").waitFor();
    await waiting(page, "echo_bot", 0);
    await ask("stop");
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await waiting(page, "echo_bot", 1);
    await write(page, "are you there?");
    await waiting(page, "echo_bot", 2);
    await ask("bot", { token });
    await said(page, "You said: are you there?").waitFor();
    await waiting(page, "echo_bot", 0);
  },

  /** A fault is added, strikes once, is counted, seen among the calls and taken back; limits are chosen and fill. */
  async faultsAndLimits(page) {
    await begin(page);
    await page.getByRole("tab", { name: "Faults" }).click();
    await page.getByLabel("What goes wrong").selectOption({ label: "429 Too Many Requests" });
    await page.getByLabel("Method").fill("sendMessage");
    await page.getByLabel("Times").fill("1");
    await page.getByRole("button", { name: "Add fault" }).click();
    const fault = page.getByRole("list", { name: "Faults" }).getByRole("listitem");
    await fault.getByText("0 of 1").waitFor();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await fault.getByText("1 of 1").waitFor();
    await write(page, "again");
    await said(page, "You said: again").waitFor();
    await fault.getByRole("button", { name: "Remove this fault" }).click();
    await fault.waitFor({ state: "detached" });

    await page.getByRole("tab", { name: "Calls" }).click();
    const calls = page.getByRole("list", { name: "Calls" }).getByRole("listitem");
    await page.getByLabel("Filter calls").fill("sendMessage 429");
    await calls.getByText("429").waitFor();
    assert.equal(await calls.count(), 1);
    await calls.locator("summary").click();
    await calls.getByText("Too Many Requests: retry after 5").waitFor();

    await page.getByRole("tab", { name: "Limits" }).click();
    await page.getByLabel("Profile").selectOption("paper");
    await page.getByText("No bot has sent anything yet.").waitFor();
    await write(page, "one more");
    await page.locator("#panel").getByText("@echo_bot in Ann").waitFor();
    await page.locator("#panel").getByText("3 of 3").waitFor();

    await page.getByRole("tab", { name: "Clock" }).click();
    await page.getByText("runs on this machine’s clock").waitFor();
    await page.getByRole("tab", { name: "Clock" }).press("ArrowRight");
    await page.getByRole("tab", { name: "Queues", selected: true }).waitFor();
  },

  /** A webhook is seen with what goes wrong at it; only a local server goes to an address of this machine. */
  async webhooks(page) {
    await ask("local");
    const bot = await control("bots", { username: "hook_bot" });
    await page.goto(process.env.CONTROL);
    await page.getByRole("tab", { name: "Webhooks" }).click();
    await page.getByText("No bot has a webhook.").waitFor();
    const set = await fetch(`${process.env.API}/bot${bot.token}/setWebhook?url=http://127.0.0.1:1/updates`);
    assert.equal(set.status, 200);
    await page.locator("#panel").getByText("http://127.0.0.1:1/updates").waitFor();
    const person = await control("users", { first_name: "Ann" });
    await control("messages", { from: person.id, chat: bot.id, text: "hello" });
    await page.locator("#panel").getByText("1 wait").waitFor();
    await page.locator("#panel .problem", { hasText: /refused|failed|Connection/i }).waitFor();
  },

  /** Names and texts of others stay text. */
  async hostileText(page) {
    const user = await control("users", { first_name: HOSTILE });
    const other = await control("users", { first_name: "<script>alert(2)</script>" });
    const bot = await control("bots", { username: "hostile_bot" });
    const named = await fetch(`${process.env.API}/bot${bot.token}/setMyName?name=${encodeURIComponent(HOSTILE)}`);
    assert.equal(named.status, 200);
    const group = await control("groups", { title: HOSTILE, admins: [{ user: user.id }, { user: other.id }, { bot: bot.id }] });
    await control("messages", { from: other.id, chat: group.chat_id, text: "<script>alert(3)</script> javascript:alert(4)" });
    await control("messages", { from: user.id, chat: bot.id, text: HOSTILE, document: { name: `${HOSTILE}.html`, base64: "PHNjcmlwdD4=" } });
    await ask("say", { token: bot.token, chat: user.id, text: `<a href="javascript:alert(5)">x</a><pre><code class="language-${"a\u0026quot;onclick=alert(6)"}">y</code></pre>` });
    // Addresses are shown and never fetched, pictures neither.
    await ask("say", { token: bot.token, chat: user.id, text: 'https://example.org/picture.png <a href="https://example.org/">there</a>' });
    await page.goto(`${process.env.CONTROL}#user=${user.id}&chat=${group.chat_id}`);
    await said(page, "<script>alert(3)</script>").waitFor();
    assert.equal(await page.locator("#chat-head h2").textContent(), HOSTILE);
    await page.locator("#chats .entry").filter({ hasText: "bot" }).first().click();
    await said(page, HOSTILE).waitFor();
    for (const tab of ["Queues", "Limits", "Webhooks", "Faults", "Calls", "Clock"]) await page.getByRole("tab", { name: tab }).click();
    assert.equal(await page.locator("script:not([src]), [onerror], [onclick], img[src='x']").count(), 0);
    assert.equal(await page.locator("a[href^='javascript']").count(), 0);
    assert.equal(await page.getByLabel("You are").locator("option:checked").textContent(), HOSTILE);
  },

  /** The page says that it lost the emulator and shows the new one when it is back. */
  async restart(page, problems) {
    await begin(page);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await said(page, "Hello, Ann!").waitFor();
    await ask("down");
    await page.getByText("disconnected", { exact: true }).waitFor();
    await write(page, "into the void");
    await page.locator(".toast", { hasText: "Failed to fetch" }).waitFor();
    assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "into the void", "nothing that was not sent is lost");
    await ask("up");
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByText("Create a person and a bot to begin.").waitFor();
    assert.equal(await bubbles(page).count(), 0);
    await newPerson(page, "Ben");
    await newBot(page, "next_bot");
    // While it was away the browser itself complained.
    const lost = problems.splice(0);
    assert.ok(lost.every((text) => /ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY_RESPONSE|Failed to fetch/.test(text)), lost.join());
  },

  /** As on a page from another machine, which may not copy by itself. */
  async withoutClipboard(page) {
    await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
    await page.goto(process.env.CONTROL);
    await page.getByRole("button", { name: "New bot" }).click();
    await page.getByLabel("Username").fill("copied_bot");
    await page.getByRole("button", { name: "Create" }).click();
    const shown = page.getByRole("dialog", { name: "@copied_bot" });
    await shown.getByRole("button", { name: "Copy" }).first().click();
    await page.locator(".toast", { hasText: "Token is selected" }).waitFor();
    const token = shown.getByLabel("Token");
    assert.equal(await token.evaluate((input) => input.value.slice(input.selectionStart, input.selectionEnd)), await token.inputValue());
  },

  /** One part at a time on a phone, and everything by keyboard. */
  async phone(page) {
    const user = await control("users", { first_name: "Ann" });
    const bot = await control("bots", { username: "echo_bot" });
    await ask("bot", { token: bot.token });
    await page.setViewportSize({ width: 390, height: 780 });
    await page.goto(`${process.env.CONTROL}#user=${user.id}`);
    await page.getByText("live", { exact: true }).waitFor();
    const entry = page.locator(".entry", { hasText: "echo_bot" });
    await entry.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Start", exact: true }).focus();
    await page.keyboard.press("Enter");
    await said(page, "Hello, Ann!").waitFor();
    await page.getByRole("button", { name: "Press me" }).focus();
    await page.keyboard.press("Space");
    await said(page, "You pressed").waitFor();
    assert.equal(await page.locator("#people").isVisible(), false);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "nothing hangs over the edge");
    await page.getByRole("navigation", { name: "Parts of the page" }).getByRole("button", { name: "Server" }).press("Enter");
    await page.getByRole("tab", { name: "Queues" }).waitFor();
  },
};

/** The picture in the guide; the ports, which differ each time, are shown as those of `./botmesh emulator`. */
scenarios.image = async (page) => {
  const { users, bots } = await control("state");
  const ann = users.find((user) => user.first_name === "Ann");
  await page.goto(`${process.env.CONTROL}#user=${ann.id}&chat=${bots[0].id}`);
  await said(page, "Which milk?").waitFor();
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth));
  await page.getByText("virtual clock").waitFor();
  await page.getByRole("tab", { name: "Calls" }).click();
  await page.getByRole("list", { name: "Calls" }).getByText("429").waitFor();
  await page.evaluate(() => {
    document.getElementById("address").textContent = "http://127.0.0.1:8081";
    document.getElementById("messages").scrollTop = 1e9;
  });
  await page.screenshot({ path: "../target/emulator.png", animations: "disabled" });
};

const { browser, page, problems, asked } = await open();
try {
  await scenarios[process.argv[2]](page, problems);
  assert.deepEqual(problems, []);
  const { origin } = new URL(process.env.CONTROL);
  assert.ok(asked.length > 0);
  assert.deepEqual(asked.filter((url) => new URL(url).origin !== origin), [], "asked of others than the emulator");
} catch (failure) {
  console.error(await page.locator("body").innerText());
  console.error(problems.join("\n"));
  throw failure;
} finally {
  await browser.close();
}
process.exit(0);
