// A real browser, and the talk with the test that started this program.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Has the test do something, and waits until it has. */
export async function ask(what, details = {}) {
  console.log(JSON.stringify({ event: what, ...details }));
  await answers.next();
}

export async function open(options = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // There is no network but this machine, so whatever the page wanted from elsewhere would be missing.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ],
  });
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems = [];
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`a script ran: ${dialog.message()}`);
    return dialog.dismiss();
  });
  return { browser, page, problems, asked };
}

/** The control API, for what the scene needs and the page is not asked to do. */
export async function control(path, body) {
  const response = await fetch(`${process.env.CONTROL}/control/${path}`, {
    method: body ? "POST" : "GET",
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}
