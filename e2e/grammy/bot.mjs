// An ordinary grammY bot. All that points it at the emulator is `client.apiRoot`.
//   BOT_TOKEN, API_ROOT   where and who
// It reports on standard output, one JSON object a line, and ends when standard input does.
import { createHash } from "node:crypto";
import { Bot, GrammyError, InputFile } from "grammy";

const { BOT_TOKEN: token, API_ROOT: apiRoot } = process.env;
if (!token || !apiRoot) throw new Error("set BOT_TOKEN and API_ROOT");

const report = (event, facts) => console.log(JSON.stringify({ event, ...facts }));
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const bot = new Bot(token, { client: { apiRoot } });

bot.command("send", async (ctx) => {
  const size = Number(ctx.match);
  const bytes = Buffer.alloc(size, "botmesh ");
  const sent = await ctx.replyWithDocument(new InputFile(bytes, "répôrt 1.bin"), { caption: `${size} bytes` });
  report("sent", { message_id: sent.message_id, document: sent.document, sha256: sha256(bytes) });
});

bot.on("message:document", async (ctx) => {
  const file = await ctx.getFile();
  const download = await fetch(`${apiRoot}/file/bot${token}/${file.file_path}`);
  const bytes = Buffer.from(await download.arrayBuffer());
  report("file", {
    name: ctx.message.document.file_name,
    caption: ctx.message.caption,
    status: download.status,
    size: bytes.length,
    sha256: sha256(bytes),
  });
});

bot.on("message:text", async (ctx) => {
  const reply = await ctx.reply(`You said: <b>${ctx.message.text}</b>`, {
    parse_mode: "HTML",
    reply_parameters: { message_id: ctx.message.message_id },
  });
  report("replied", { from: ctx.from, message: reply });
});

bot.catch((error) => report("failed", { error: String(error.error) }));

// Confirms the updates that it has handled.
process.stdin
  .on("end", async () => {
    await bot.stop();
    report("stopped", {});
    process.exit(0);
  })
  .resume();

bot
  .start({ onStart: (me) => report("started", { id: me.id, username: me.username }) })
  .catch((error) => {
    const answer = error instanceof GrammyError ? { code: error.error_code, description: error.description } : {};
    report("ended", { method: error.method, ...answer, error: String(error) });
    process.exit(0);
  });
