// A Telegraf bot: echo, a file down and up, by polling or webhook.
import { createServer } from "node:http";
import { Telegraf, Input } from "telegraf";
import { message } from "telegraf/filters";

const { BOT_TOKEN: token, API_ROOT: apiRoot, WEBHOOK_PORT: port } = process.env;
const report = (event) => console.log(JSON.stringify({ event }));

const bot = new Telegraf(token, { telegram: { apiRoot } });
bot.on(message("document"), async (ctx) => {
  const link = await ctx.telegram.getFileLink(ctx.message.document.file_id);
  const bytes = Buffer.from(await (await fetch(link)).arrayBuffer());
  await ctx.replyWithDocument(Input.fromBuffer(bytes, `copy of ${ctx.message.document.file_name}`));
});
bot.on(message("text"), (ctx) => ctx.reply(`You said: ${ctx.message.text}`));

if (port) {
  const server = createServer(bot.webhookCallback("/hook", { secretToken: "not-a-secret" }));
  server.listen(Number(port), "127.0.0.1", async () => {
    await bot.telegram.setWebhook(`http://127.0.0.1:${port}/hook`, { secret_token: "not-a-secret" });
    report("started");
  });
} else {
  bot.launch(() => report("started"));
}
process.stdin.on("end", () => process.exit(0)).resume();
