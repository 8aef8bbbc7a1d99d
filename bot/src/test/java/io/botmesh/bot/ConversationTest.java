package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.inlineQuery;
import static io.botmesh.bot.Filters.message;
import static io.botmesh.bot.UpdateFilters.pollAnswer;
import static io.botmesh.bot.UpdateFilters.preCheckoutQuery;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.InputPollOption;
import io.botmesh.botapi.LabeledPrice;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.TestChat;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.RetryOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Handlers that ask, with people who answer. */
@NullUnmarked
class ConversationTest extends WithEmulator {
    @CallbackName("sure")
    record Sure(boolean yes) {}

    private static final Filter<String> TEXT = message().text();

    private Bot bot() {
        return bot(options -> options);
    }

    private static InlineKeyboard sure(String label, boolean yes) {
        return InlineKeyboard.of().button(label, new Sure(yes));
    }

    // ---- questions and answers

    @Test
    void line7AFormIsFilledInByTextsAndButtons() throws Exception {
        try (var bot = bot()) {
            bot.command("form", ctx -> {
                String name = ctx.ask("Name?", TEXT);
                int age = ctx.askUntil("Age?", TEXT, Integer::valueOf, "A number, please.");
                var sure = ctx.ask(
                        name + ", " + age + "?",
                        call -> call.withReplyMarkup(
                                sure("Yes", true).button("No", new Sure(false)).markup()),
                        callback(Sure.class));
                ctx.answerCallbackQuery(sure.yes() ? "Kept" : "Forgotten");
                ctx.reply("done");
            });
            bot.awaits(callback(Sure.class));
            bot.start();
            says("/form", "Name?");
            says("Ann", "Age?");
            says("old", "A number, please.");
            says("33", "Ann, 33?");
            ann.presses("Yes");
            assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("Kept");
            hears("done");
        }
    }

    @Test
    void aButtonThatBeganAConversationStopsWaiting() throws Exception {
        try (var bot = bot()) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "Go?", call -> call.withReplyMarkup(sure("Go", true).markup())));
            bot.on(callback(Sure.class), (ctx, sure) -> ctx.reply("Hello " + ctx.ask("Name?", TEXT)));
            bot.start();
            says("/start", "Go?");
            ann.presses("Go");
            assertThat(ann.awaitCallbackAnswer().text()).isEmpty();
            hears("Name?");
        }
    }

    @Test
    void line7AHundredConversationsNeedOneSlot() throws Exception {
        try (var bot = bot(options -> options.withRunner(runner -> runner.withConcurrency(1)))) {
            bot.command("form", ctx -> ctx.reply("Hello " + ctx.ask("Name?", TEXT)));
            bot.start();
            var people = new ArrayList<TestPerson>();
            for (int i = 0; i < 100; i++) people.add(telegram.person("P" + i));
            for (var person : people) person.says(account, "/form");
            for (var person : people) hears(person, "Name?");
            for (var person : people.reversed()) person.says(account, person.firstName());
            for (var person : people) hears(person, "Hello " + person.firstName());
        }
    }

    /** A payment that is to be confirmed names its user and no chat. */
    @Test
    void line7APaymentIsPartOfTheConversationOfItsPrivateChatAndSoAreItsSessions() throws Exception {
        var cart = SessionPart.of("cart", String.class, () -> "");
        try (var bot = bot()) {
            bot.use(new Sessions(new MemorySessionStore()));
            bot.command("buy", ctx -> {
                ctx.session(cart).set("tea");
                ctx.sendInvoice("Tea", "Green", "tea", "XTR", List.of(LabeledPrice.of("Tea", 300)));
                ctx.next(preCheckoutQuery());
                ctx.answerPreCheckoutQuery(ctx.session(cart).value().equals("tea"));
                ctx.reply("To " + ctx.ask("Address?", TEXT));
            });
            bot.awaits(preCheckoutQuery());
            bot.start();
            ann.says(account, "/buy");
            assertThat(ann.buys(ann.awaitReply(account)).pays().awaitEnd().stage())
                    .isEqualTo("paid");
            hears("Address?");
            says("Berlin", "To Berlin");
        }
    }

    @Test
    void line7AnAnswerToAPollIsPartOfTheConversationOfItsPrivateChat() throws Exception {
        try (var bot = bot()) {
            bot.command("quiz", ctx -> {
                ctx.sendPoll(
                        "2 + 2?",
                        List.of(InputPollOption.of("3"), InputPollOption.of("4")),
                        call -> call.withIsAnonymous(false));
                var answer = ctx.next(pollAnswer());
                ctx.reply("You said " + answer.optionIds());
            });
            bot.awaits(pollAnswer());
            bot.start();
            ann.says(account, "/quiz");
            ann.votes(ann.awaitReply(account), "4");
            hears("You said [1]");
        }
    }

    private void hears(TestPerson person, String text) {
        assertThat(person.awaitReply(account).text()).isEqualTo(text);
    }

    // ---- in a group

    private TestPerson bob;
    private TestChat group;

    private void gather() {
        account.privacy(false);
        bob = telegram.person("Bob");
        group = telegram.group("G").withMember(account).withMember(ann).withMember(bob);
    }

    /** One of the group says it there, and what the bot says there next is that. */
    private void says(TestPerson member, String text, String answer) {
        member.says(group, text);
        assertThat(ann.awaitReply(group).text()).isEqualTo(answer);
    }

    @Test
    void line7WhatIsNoAnswerAndWhatOthersSayIsHandledAsUsual() throws Exception {
        gather();
        try (var bot = bot()) {
            bot.command(
                    "form",
                    ctx -> ctx.reply(
                            "Hello " + ctx.ask("Name?", TEXT.unless(message().command("time")))));
            bot.command("time", ctx -> ctx.reply("noon"));
            bot.on(TEXT, (ctx, text) -> ctx.reply(ctx.from().firstName() + " says " + text));
            bot.start();
            says(ann, "/form", "Name?");
            says(ann, "/time", "noon");
            says(bob, "hi", "Bob says hi");
            says("psst", "Ann says psst");
            says(ann, "Annabel", "Hello Annabel");
            says(ann, "bye", "Ann says bye");
        }
    }

    @Test
    void line7AnyoneMayAnswerIfAskedFor() throws Exception {
        gather();
        try (var bot = bot()) {
            bot.command("quiz", ctx -> {
                ctx.reply("2 + 2?");
                ctx.nextOfAnyone(TEXT.where("4"::equals), Duration.ofMinutes(1));
                ctx.reply("Right, " + ctx.from().firstName());
            });
            bot.start();
            says(ann, "/quiz", "2 + 2?");
            bob.says(group, "5");
            says(bob, "4", "Right, Bob");
        }
    }

    // ---- questions without an answer

    /** What a handler is told that asks for this, and before it has asked. */
    private String refusal(UnaryOperator<BotOptions> change, Filter<?> answer) throws Exception {
        try (var bot = bot(change)) {
            bot.command("form", ctx -> {
                try {
                    ctx.ask("Well?", answer);
                } catch (IllegalStateException refused) {
                    ctx.reply("" + refused.getMessage());
                }
            });
            bot.start();
            ann.says(account, "/form");
            return ann.awaitReply(account).text();
        }
    }

    @Test
    void line7AnAnswerThatTheServerIsNotAskedForIsRefusedAtOnce() throws Exception {
        assertThat(refusal(options -> options, callback(Sure.class)))
                .startsWith("the answer would never come")
                .contains("callback_query");
    }

    @Test
    void line7AnAnswerThatBelongsToAnotherConversationIsRefusedAtOnce() throws Exception {
        assertThat(refusal(options -> options, inlineQuery()))
                .isEqualTo(
                        "the answer would never come: [inline_query] name no chat and belong to their user, and this update"
                                + " is of another conversation; give both one key by withSequentialize");
        var group = telegram.group("Tea").withMember(account).withMember(ann);
        try (var bot = bot()) {
            bot.command("buy", ctx -> {
                try {
                    ctx.next(preCheckoutQuery());
                } catch (IllegalStateException refused) {
                    ctx.reply("" + refused.getMessage());
                }
            });
            bot.start();
            ann.says(group, "/buy");
            assertThat(ann.awaitReply(group).text()).contains("[pre_checkout_query]", "the user's private chat");
        }
    }

    @Test
    void line7WhoeverHandlesAnInlineQueryCannotWaitForAMessage() throws Exception {
        var refusals = new LinkedBlockingQueue<String>();
        try (var bot = bot()) {
            bot.on(inlineQuery(), (ctx, query) -> {
                try {
                    ctx.next(TEXT);
                } catch (IllegalStateException refused) {
                    refusals.add("" + refused.getMessage());
                }
            });
            bot.start();
            ann.asks(account.inline(true), account, "tea");
            assertThat(refusals.take())
                    .isEqualTo("the answer would never come: this update (inline_query) is of no chat, and [message] "
                            + "belong to one; give both one key by withSequentialize");
        }
    }

    @Test
    void line7WhatHasNoKeyCannotAskAndSaysSoBeforeItAsks() throws Exception {
        assertThat(refusal(options -> options.withSequentialize(update -> null), TEXT))
                .startsWith("the answer would never come: this update (message) has no key");
    }

    // ---- handlers that run again

    /** Asks twice. */
    private static void nameAndTown(Context ctx, Runnable before) throws InterruptedException {
        String name = ctx.ask("Name?", TEXT);
        String town = ctx.ask("Town?", TEXT);
        before.run();
        ctx.reply(name + " of " + town);
    }

    private List<String> said() {
        return ann.sees(account).stream().map(MessageView::text).toList();
    }

    @Test
    void line7AHandlerThatFailsIsGivenTheSameAnswersAndAsksNothingTwice() throws Exception {
        var tries = new AtomicInteger();
        var soon = RetryOptions.defaults().withPauses(Duration.ofMillis(1), Duration.ofMillis(1));
        try (var bot = bot(options -> options.withRunner(
                runner -> runner.withFailures(FailureHandler.retry()).withRetry(soon)))) {
            bot.command(
                    "form",
                    ctx -> nameAndTown(ctx, () -> {
                        if (tries.incrementAndGet() < 3) throw new IllegalStateException("not yet");
                    }));
            bot.start();
            says("/form", "Name?");
            says("Ann", "Town?");
            says("Rome", "Ann of Rome");
        }
        assertThat(tries).hasValue(3);
        assertThat(said()).containsExactly("/form", "Name?", "Ann", "Town?", "Rome", "Ann of Rome");
    }

    /** One life of a bot over that journal. */
    private Bot living(MemoryJournal<RawUpdate> journal) throws InterruptedException {
        var bot = bot(options -> options.withJournal(journal));
        bot.command("form", ctx -> nameAndTown(ctx, () -> {}));
        bot.start();
        return bot;
    }

    @Test
    @SuppressWarnings("try") // each is there to be stopped
    void line7WithAJournalAConversationGoesOnAfterAStop() throws Exception {
        var journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
        try (var bot = living(journal)) {
            says("/form", "Name?");
            says("Ann", "Town?");
        }
        var second = journal.reopened();
        try (var bot = living(second)) {
            hears("Town?"); // it may not have been sent
            says("Rome", "Ann of Rome");
        }
        try (var bot = living(second.reopened())) {
            says("/form", "Name?");
        }
        assertThat(said())
                .containsExactly("/form", "Name?", "Ann", "Town?", "Town?", "Rome", "Ann of Rome", "/form", "Name?");
    }
}
