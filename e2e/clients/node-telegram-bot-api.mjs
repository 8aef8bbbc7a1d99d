// A bot with node-telegram-bot-api 2: echo, a file down and up, by polling.
import { Bot, InputFile } from "node-telegram-bot-api";

const { BOT_TOKEN: token, API_ROOT: apiRoot } = process.env;
const report = (event) => console.log(JSON.stringify({ event }));

const bot = new Bot(token, { apiRoot });
bot.on("message", async (ctx) => {
  const { document, text } = ctx.message;
  if (document) {
    const file = await ctx.api.getFile({ file_id: document.file_id });
    const bytes = Buffer.from(await (await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`)).arrayBuffer());
    const copy = new InputFile(bytes, { filename: `copy of ${document.file_name}` });
    await ctx.api.sendDocument({ chat_id: ctx.message.chat.id, document: copy });
  } else {
    await ctx.reply(`You said: ${text}`);
  }
});
bot.startPolling().catch((error) => console.error(error));
report("started");
process.stdin.on("end", () => process.exit(0)).resume();
