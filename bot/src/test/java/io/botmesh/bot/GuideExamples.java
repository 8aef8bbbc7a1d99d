package io.botmesh.bot;

import static io.botmesh.bot.Filters.anyMessage;
import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.callbackData;
import static io.botmesh.bot.Filters.message;
import static io.botmesh.bot.Filters.not;
import static io.botmesh.bot.Filters.reaction;

import io.botmesh.botapi.AnswerCallbackQuery;
import io.botmesh.botapi.BotCommandScopeAllChatAdministrators;
import io.botmesh.botapi.BotCommandScopeAllGroupChats;
import io.botmesh.botapi.BotCommandScopeDefault;
import io.botmesh.botapi.InlineQueryResult;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.MessageEntityType;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import io.botmesh.runner.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of docs/bot.md. */
final class GuideExamples {
    private static final Logger log = LoggerFactory.getLogger(GuideExamples.class);

    private GuideExamples() {}

    static void program(String token, Journal<RawUpdate> journal) throws InterruptedException {
        var options = BotOptions.of(token).withJournal(journal).withStopDeadline(Duration.ofSeconds(20));
        try (var bot = new Bot(options)) {
            new Echo().setUp(bot);
            log.info("stopped: {}", bot.run());
        }
    }

    static void handlers(Bot bot) {
        bot.command("roll", "Rolls a die", ctx -> ctx.sendDice());
        bot.command("add", (ctx, command) -> ctx.reply(command.words().size() + " numbers"));
        bot.on(message().text().matching("(\\d+)x(\\d+)"), (ctx, found) -> ctx.reply("wide " + found.group(1)));
        bot.on(message().photo().inPrivate(), (ctx, sizes) -> ctx.react("👍"));
        bot.on(callback("vote:"), (ctx, choice) -> ctx.editMessageText("You chose " + choice));
        bot.on(reaction("🔥"), (ctx, fire) -> ctx.reply("Hot!"));
        bot.onAsync(message().location(), (ctx, place) -> weather(place.latitude()));
    }

    static void shortWays(Bot bot) {
        bot.hears("Hello", ctx -> ctx.reply("Hello yourself"));
        bot.hears(
                Pattern.compile("(\\d+)x(\\d+)"),
                ctx -> ctx.reply("wide " + ctx.match().group(1)));
        bot.callbackQuery(
                Pattern.compile("^page:(\\d+)$"),
                ctx -> ctx.editMessageText("Page " + ctx.match().group(1)));
        bot.inlineQuery(
                Pattern.compile("^cat (.+)"),
                ctx -> ctx.answerInlineQuery(cats(ctx.match().group(1))));
        bot.chosenInlineResult(
                Pattern.compile("^cat-"),
                ctx -> log.info("{} likes cats", ctx.from().id()));
    }

    private static List<InlineQueryResult> cats(String colour) {
        log.debug("cats that are {}", colour);
        return List.of();
    }

    static void menu(Bot bot) {
        var roll = MenuEntry.of("roll", "Rolls a die").translated("de", "Würfelt");
        bot.command(roll.shownIn(BotCommandScopeAllGroupChats.of()), ctx -> ctx.sendDice());

        bot.withdrawMenu(BotCommandScopeAllChatAdministrators.of()).withdrawMenu(BotCommandScopeDefault.of(), "it");
    }

    static BotOptions control(BotOptions options) {
        return options.withControlCommands("stop", "cancel").withControlButtons("stop:");
    }

    static void hooks(Bot bot) {
        bot.onStart(me -> log.info("@{} is there", me.username()));
        bot.onStop((report, failure) -> bot.api().call(SendMessage.of(ADMINS.getFirst(), "Going to sleep")));
    }

    private static CompletableFuture<String> weather(double latitude) {
        return CompletableFuture.completedFuture("fine at " + latitude);
    }

    static void filters() {
        var links = anyMessage().entities(MessageEntityType.URL, MessageEntityType.TEXT_LINK);
        var answer = callbackData().equalTo("yes", "no").or(message().text().equalTo("yes", "no"));
        var loud = message()
                .text()
                .where(text -> text.endsWith("!"))
                .unless(message().viaBot());
        var numbers = message().text().map(text -> text.matches("\\d{1,9}") ? Integer.valueOf(text) : null);
        var rest = not(links).unless(answer).unless(loud);
        log.debug("{} {}", numbers, rest);
    }

    static void shortcuts(Context ctx, Path file) throws InterruptedException {
        ctx.sendDocument(InputFile.upload(file), call -> call.withCaption("As promised"));
        ctx.reply("Yes", call -> call.withReplyParameters(ctx.answering()));
        ctx.banChatMember(ctx.from().id());
        ctx.download(ctx.attachment().fileId(), file);
        ctx.callInResponse(AnswerCallbackQuery.of(ctx.callbackQuery().id()).withText("Noted"));
    }

    static void middleware(Bot bot) {
        bot.use((ctx, next) -> {
            long begin = System.nanoTime();
            next.proceed();
            log.debug("{} took {} us", ctx.updateId(), (System.nanoTime() - begin) / 1000);
        });
        Composer admins =
                bot.filter(Filter.when(ctx -> ADMINS.contains(ctx.from().id())));
        admins.command("stats", ctx -> ctx.reply("All well"));
    }

    private static final List<Long> ADMINS = List.of(42L);

    static void errors(Bot bot) {
        Composer risky = bot.errorBoundary((error, next) -> {
            log.warn("the shop is closed", error.failure());
            error.context().reply("Try again later.");
        });
        risky.command("buy", ctx -> ctx.reply(shop()));

        bot.onError(error -> {
            log.error("update {} failed", error.context().updateId(), error.failure());
            return LastResort.Outcome.FAILED;
        });
    }

    private static String shop() {
        throw new IllegalStateException("no shop");
    }
}
