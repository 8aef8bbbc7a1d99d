// A GramIO bot: echo, a file down and up, by polling.
import { Bot, MediaUpload } from "gramio";

const { BOT_TOKEN: token, API_ROOT: apiRoot } = process.env;
const report = (event) => console.log(JSON.stringify({ event }));

const bot = new Bot(token, { api: { baseURL: `${apiRoot}/bot` } });
bot.on("message", async (context) => {
  if (context.document) {
    const file = await bot.api.getFile({ file_id: context.document.fileId });
    const bytes = Buffer.from(await (await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`)).arrayBuffer());
    await context.sendDocument(MediaUpload.buffer(bytes, `copy of ${context.document.fileName}`));
  } else {
    await context.send(`You said: ${context.text}`);
  }
});
bot.onStart(() => report("started"));
bot.start();
process.stdin.on("end", () => process.exit(0)).resume();
