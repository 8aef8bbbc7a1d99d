// A bot on grammY with its runner, chats in order, as their guides tell: PORT, then one of
//   count N       counts updates, and says "counted" after every N
//   reply N       the same, and answers each
//   slow MILLIS   takes that long for each, and says "begun ID" and "done ID"
// Ends with its standard input.
import { run, sequentialize } from "@grammyjs/runner";
import { Bot } from "grammy";
import { setTimeout } from "node:timers/promises";

const [port, mode, number] = [process.argv[2], process.argv[3], Number(process.argv[4])];
const say = (line) => process.stdout.write(`${line}\n`); // to a pipe, that has happened when it returns
const bot = new Bot("1000001:bench-bench-bench-bench-bench-benc", { client: { apiRoot: `http://127.0.0.1:${port}` } });

let counted = 0;
const count = () => {
  if (++counted % number === 0) say("counted");
};
const handlers = {
  count: () => count(),
  reply: async (ctx) => {
    await ctx.reply("hello");
    count();
  },
  slow: async (ctx) => {
    say(`begun ${ctx.update.update_id}`);
    if (number > 0) await setTimeout(number);
    say(`done ${ctx.update.update_id}`);
  },
};

bot.use(sequentialize((ctx) => ctx.chat?.id.toString()));
bot.on("message", handlers[mode]);
run(bot);
process.stdin.on("end", () => process.exit()).resume();
