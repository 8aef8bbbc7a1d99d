// A grammY bot with what larger bots use: runner, sequentialize, sessions, files, automatic retries, a menu, a webhook.
// Nothing but the addresses of the API tells it from a bot for Telegram.
//   BOT_TOKEN, API_ROOT            where and who
//   WEBHOOK_URL, WEBHOOK_SECRET    listen there instead of polling
// It reports on standard output, one JSON object a line, and stops when standard input ends.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { autoRetry } from "@grammyjs/auto-retry";
import { hydrateFiles } from "@grammyjs/files";
import { run, sequentialize } from "@grammyjs/runner";
import { Bot, GrammyError, InlineKeyboard, InputFile, InputMediaBuilder, Keyboard, session, webhookCallback } from "grammy";

const { BOT_TOKEN: token, API_ROOT: apiRoot, WEBHOOK_URL: webhookUrl, WEBHOOK_SECRET: secretToken } = process.env;
if (!token || !apiRoot) throw new Error("set BOT_TOKEN and API_ROOT");

const report = (event, facts) => console.log(JSON.stringify({ event, ...facts }));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const bot = new Bot(token, { client: { apiRoot } });
bot.api.config.use((next, method, payload, signal) =>
  next(method, payload, signal).then((answer) => {
    if (!answer.ok) report("refused", { method, code: answer.error_code, description: answer.description, parameters: answer.parameters });
    return answer;
  }),
);
bot.api.config.use(autoRetry());
bot.api.config.use(hydrateFiles(bot.token, { apiRoot }));

bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.use(session({ initial: () => ({ seen: 0 }) }));
bot.use((ctx, next) => {
  if (ctx.session && ctx.message) ctx.session.seen++;
  return next();
});

bot.command("start", (ctx) => ctx.reply(`Hello, ${ctx.from.first_name}! ${ctx.match}`.trim()));
bot.command("seen", (ctx) => ctx.reply(`${ctx.session.seen} messages`));

// Buttons under a message.
bot.command("menu", (ctx) =>
  ctx.reply("Tea or coffee?", {
    reply_markup: new InlineKeyboard().text("Tea", "drink:tea").text("Coffee", "drink:coffee").row().url("Why?", "https://example.org/"),
  }),
);
bot.callbackQuery(/^drink:(.+)$/, async (ctx) => {
  await ctx.answerCallbackQuery({ text: `One ${ctx.match[1]}`, show_alert: true });
  await ctx.editMessageText(`You get *${ctx.match[1]}*`, { parse_mode: "MarkdownV2" });
});

// A keyboard in place of the person's own.
bot.command("colour", (ctx) =>
  ctx.reply("Which colour?", { reply_markup: new Keyboard().text("Red").text("Blue").resized().oneTime() }),
);
bot.hears(["Red", "Blue"], (ctx) => ctx.reply(`Painted ${ctx.match}`, { reply_markup: { remove_keyboard: true } }));

// Files down and up again.
bot.on("message:document", async (ctx) => {
  const file = await ctx.getFile();
  const path = await file.download();
  const bytes = await readFile(path);
  await ctx.replyWithDocument(new InputFile(path, `copy of ${ctx.message.document.file_name}`), { caption: sha256(bytes) });
});
bot.command("album", async (ctx) => {
  const sent = await ctx.replyWithMediaGroup([
    InputMediaBuilder.document(new InputFile(Buffer.from("first"), "1.txt"), { caption: "one" }),
    InputMediaBuilder.document(new InputFile(Buffer.from("second"), "2.txt")),
    InputMediaBuilder.document(new InputFile(Buffer.from("third"), "3.txt"), { caption: "three" }),
  ]);
  report("album", { groups: [...new Set(sent.map((message) => message.media_group_id))].length, size: sent.length });
});

// Messages that change and go.
bot.command("countdown", async (ctx) => {
  const message = await ctx.reply("3");
  for (const left of ["2", "1"]) await ctx.api.editMessageText(ctx.chat.id, message.message_id, left);
  await ctx.api.deleteMessage(ctx.chat.id, message.message_id);
  await ctx.reply("Lift-off");
});

// A channel that it writes to and listens to.
bot.command("publish", async (ctx) => {
  const [channel, ...words] = ctx.match.split(" ");
  const post = await ctx.api.sendMessage(channel, words.join(" "));
  await ctx.api.pinChatMessage(post.chat.id, post.message_id);
  await ctx.api.editMessageText(post.chat.id, post.message_id, `${words.join(" ")} (edited)`);
  await ctx.reply(`Published in ${post.chat.title}`);
});
bot.on("channel_post:text", (ctx) => ctx.reply(`Read: ${ctx.channelPost.text}`, { reply_parameters: { message_id: ctx.msgId } }));

// More than the limits allow at once.
bot.command("burst", async (ctx) => {
  for (let i = 1; i <= Number(ctx.match); i++) await ctx.reply(`burst ${i}`);
  report("burst", {});
});

// Two chats at once, one after the other within a chat.
let open;
const gate = new Promise((resolve) => (open = resolve));
bot.command("wait", async (ctx) => {
  report("waiting", {});
  await gate.promise;
  await ctx.reply("waited");
});
bot.command("go", async (ctx) => {
  open();
  await ctx.reply("gone");
});

bot.on("message:text", (ctx) => ctx.reply(ctx.message.text, { reply_parameters: { message_id: ctx.msgId } }));

bot.catch(({ error, ctx }) => {
  const answer = error instanceof GrammyError ? { code: error.error_code, description: error.description } : {};
  report("failed", { update: ctx.update.update_id, error: String(error), ...answer });
});

await bot.init();
const stopped = new Promise((resolve) => process.stdin.on("end", resolve).resume());
if (webhookUrl) {
  const server = createServer(webhookCallback(bot, "http", { secretToken, onTimeout: "return", timeoutMilliseconds: 60_000 }));
  await new Promise((resolve) => server.listen(Number(new URL(webhookUrl).port), "127.0.0.1", resolve));
  await bot.api.setWebhook(webhookUrl, { secret_token: secretToken, max_connections: 2 });
  report("started", { username: bot.botInfo.username });
  await stopped;
  await bot.api.deleteWebhook();
  server.close();
  server.closeAllConnections();
} else {
  const runner = run(bot, { runner: { silent: true } });
  report("started", { username: bot.botInfo.username });
  await Promise.race([stopped, runner.task()?.catch((error) => report("ended", { code: error.error_code, description: error.description }))]);
  if (runner.isRunning()) await runner.stop();
  while (runner.size() > 0) await setTimeout(5); // handlers that still run
}
report("stopped", {});
process.exit(0);
