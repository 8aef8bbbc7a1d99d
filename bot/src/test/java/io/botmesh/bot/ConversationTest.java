package io.botmesh.bot;

import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.emulatorjunit.StartEmulator;
import io.botmesh.emulatorjunit.Telegram;
import io.botmesh.emulatorjunit.TestBot;
import io.botmesh.emulatorjunit.TestPerson;
import io.botmesh.runner.FailureHandler;
import io.botmesh.runner.MemoryJournal;
import io.botmesh.runner.RetryOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handlers that ask, with people who answer. */
@NullUnmarked // fields that JUnit fills
class ConversationTest {
    @CallbackName("sure")
    record Sure(boolean yes) {}

    record Visits(int count) {}

    private static final SessionPart<Visits> VISITS = SessionPart.of("visits", Visits.class, () -> new Visits(0));

    @StartEmulator
    Telegram telegram;

    private TestBot account;
    private TestPerson ann;

    @BeforeEach
    void start() {
        account = telegram.bot("form_bot");
        ann = telegram.person("Ann");
    }

    private BotOptions options() {
        return BotOptions.of(account.token()).withServer(ApiOptions.defaults().withBase(account.api()));
    }

    private static void form(Composer bot) {
        bot.command("form", ctx -> {
            String name = ctx.ask("Name?", message().text());
            int age = ctx.askUntil("Age?", message().text(), Integer::valueOf, "A number, please.");
            var sure = ctx.ask(
                    name + ", " + age + "?",
                    call -> call.withReplyMarkup(InlineKeyboard.of()
                            .button("Yes", new Sure(true))
                            .button("No", new Sure(false))
                            .markup()),
                    callback(Sure.class));
            ctx.answerCallbackQuery(sure.yes() ? "Kept" : "Forgotten");
            ctx.reply("done");
        });
    }

    private String reply(TestPerson person) {
        return person.awaitReply(account).text();
    }

    @Test
    void line7AFormIsFilledInByTextsAndButtons() throws Exception {
        try (var bot = new Bot(options())) {
            form(bot);
            bot.awaits(callback(Sure.class));
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).isEqualTo("Name?");
            ann.says(account, "Ann");
            assertThat(reply(ann)).isEqualTo("Age?");
            ann.says(account, "old");
            assertThat(reply(ann)).isEqualTo("A number, please.");
            ann.says(account, "33");
            assertThat(reply(ann)).isEqualTo("Ann, 33?");
            ann.presses("Yes");
            assertThat(ann.awaitCallbackAnswer().text()).isEqualTo("Kept");
            assertThat(reply(ann)).isEqualTo("done");
        }
    }

    @Test
    void line7AnAnswerThatTheServerIsNotAskedForIsRefusedAtOnce() throws Exception {
        try (var bot = new Bot(options())) {
            bot.command("form", ctx -> {
                try {
                    ctx.ask("Sure?", callback(Sure.class));
                } catch (IllegalStateException refused) {
                    ctx.reply(String.valueOf(refused.getMessage()));
                }
            });
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).startsWith("the answer would never come").contains("callback_query");
        }
    }

    @Test
    void line7AHundredConversationsNeedOneSlot() throws Exception {
        try (var bot = new Bot(options().withRunner(runner -> runner.withConcurrency(1)))) {
            bot.command(
                    "form",
                    ctx -> ctx.reply("Hello " + ctx.ask("Name?", message().text())));
            bot.start();
            var people = new ArrayList<TestPerson>();
            for (int i = 0; i < 100; i++) people.add(telegram.person("P" + i));
            for (var person : people) person.says(account, "/form");
            for (var person : people) assertThat(reply(person)).isEqualTo("Name?");
            for (var person : people.reversed()) person.says(account, person.firstName());
            for (var person : people) assertThat(reply(person)).isEqualTo("Hello " + person.firstName());
        }
    }

    @Test
    void line7WhatIsNoAnswerAndWhatOthersSayIsHandledAsUsual() throws Exception {
        account.privacy(false);
        var bob = telegram.person("Bob");
        var group = telegram.group("G").withMember(account).withMember(ann).withMember(bob);
        try (var bot = new Bot(options())) {
            bot.command(
                    "form",
                    ctx -> ctx.reply("Hello "
                            + ctx.ask("Name?", message().text().unless(message().command("time")))));
            bot.command("time", ctx -> ctx.reply("noon"));
            bot.on(message().text(), (ctx, text) -> ctx.reply(ctx.from().firstName() + " says " + text));
            bot.start();
            ann.says(group, "/form");
            assertThat(ann.awaitReply(group).text()).isEqualTo("Name?");
            ann.says(group, "/time");
            assertThat(ann.awaitReply(group).text()).isEqualTo("noon");
            bob.says(group, "hi");
            assertThat(ann.awaitReply(group).text()).isEqualTo("Bob says hi");
            ann.says(account, "psst");
            assertThat(reply(ann)).isEqualTo("Ann says psst");
            ann.says(group, "Annabel");
            assertThat(ann.awaitReply(group).text()).isEqualTo("Hello Annabel");
            ann.says(group, "bye");
            assertThat(ann.awaitReply(group).text()).isEqualTo("Ann says bye");
        }
    }

    @Test
    void line7AnyoneMayAnswerIfAskedFor() throws Exception {
        account.privacy(false);
        var bob = telegram.person("Bob");
        var group = telegram.group("G").withMember(account).withMember(ann).withMember(bob);
        try (var bot = new Bot(options())) {
            bot.command("quiz", ctx -> {
                ctx.reply("2 + 2?");
                ctx.nextOfAnyone(message().text().where("4"::equals), Duration.ofMinutes(1));
                ctx.reply("Right, " + ctx.from().firstName());
            });
            bot.start();
            ann.says(group, "/quiz");
            ann.awaitReply(group);
            bob.says(group, "5");
            bob.says(group, "4");
            assertThat(ann.awaitReply(group).text()).isEqualTo("Right, Bob");
        }
    }

    @Test
    void line7WhatHasNoKeyCannotAskAndSaysSoBeforeItAsks() throws Exception {
        try (var bot = new Bot(options().withSequentialize(update -> null))) {
            bot.command("form", ctx -> {
                try {
                    ctx.ask("Name?", message().text());
                } catch (IllegalStateException refused) {
                    ctx.reply("" + refused.getMessage());
                }
            });
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).startsWith("the answer would never come: this update (message) has no key");
        }
    }

    @Test
    void aButtonThatBeganAConversationStopsWaiting() throws Exception {
        try (var bot = new Bot(options())) {
            bot.command(
                    "start",
                    ctx -> ctx.reply(
                            "Go?",
                            call -> call.withReplyMarkup(InlineKeyboard.of()
                                    .button("Go", new Sure(true))
                                    .markup())));
            bot.on(callback(Sure.class), (ctx, sure) -> {
                String name = ctx.ask("Name?", message().text());
                ctx.reply("Hello " + name);
            });
            bot.start();
            ann.opens(account);
            ann.awaitReply(account);
            ann.presses("Go");
            assertThat(ann.awaitCallbackAnswer().text()).isEmpty();
            assertThat(reply(ann)).isEqualTo("Name?");
        }
    }

    /** What others change while the handler waits is seen after it, and what it changes is stored at its end. */
    @Test
    void aSessionIsReadAnewAfterAnAnswer() throws Exception {
        var sessions = new Sessions(new MemorySessionStore());
        try (var bot = new Bot(options())) {
            bot.use(sessions);
            bot.command("form", ctx -> {
                assertThat(ctx.session(VISITS).value().count()).isZero();
                ctx.ask("Name?", message().text().unless(message().command("visit")));
                ctx.session(VISITS).update(visits -> new Visits(visits.count() + 10));
                ctx.reply("" + ctx.session(VISITS).value().count());
            });
            bot.command("visit", ctx -> {
                ctx.session(VISITS).update(visits -> new Visits(visits.count() + 1));
                ctx.reply("" + ctx.session(VISITS).value().count());
            });
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).isEqualTo("Name?");
            ann.says(account, "/visit");
            assertThat(reply(ann)).isEqualTo("1");
            ann.says(account, "Ann");
            assertThat(reply(ann)).isEqualTo("11");
        }
        assertThat(sessions.stats().conflicts()).isZero();
    }

    /** One object for the whole conversation is the obvious way to write it, and must not be one that nobody stores. */
    @Test
    void aSessionThatIsHeldOverAQuestionIsReadAnewAndStored() throws Exception {
        var store = new MemorySessionStore();
        try (var bot = new Bot(options())) {
            bot.use(new Sessions(store));
            bot.command("form", ctx -> {
                var visits = ctx.session(VISITS);
                assertThat(visits.value().count()).isZero();
                ctx.ask("Name?", message().text().unless(message().command("visit")));
                visits.update(before -> new Visits(before.count() + 10));
                ctx.reply("" + ctx.session(VISITS).value().count());
            });
            bot.command("visit", ctx -> {
                ctx.session(VISITS).update(visits -> new Visits(visits.count() + 1));
                ctx.reply("" + ctx.session(VISITS).value().count());
            });
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).isEqualTo("Name?");
            ann.says(account, "/visit");
            assertThat(reply(ann)).isEqualTo("1");
            ann.says(account, "Bob");
            assertThat(reply(ann)).isEqualTo("11");
        }
        assertThat(store.dump()).containsExactly("1\n{\"count\":11}");
    }

    @Test
    void whatIsChangedInPlaceAfterAnAnswerIsStored() throws Exception {
        var part = SessionPart.of("places", List.class, ArrayList::new);
        var store = new MemorySessionStore();
        try (var bot = new Bot(options())) {
            bot.use(new Sessions(store));
            bot.command("form", ctx -> {
                @SuppressWarnings("unchecked")
                List<Object> places = ctx.session(part).value();
                places.add(ctx.ask("Where?", message().text()));
                ctx.reply("" + ctx.session(part).value());
            });
            bot.start();
            ann.says(account, "/form");
            assertThat(reply(ann)).isEqualTo("Where?");
            ann.says(account, "Here");
            assertThat(reply(ann)).isEqualTo("[Here]");
        }
        assertThat(store.dump()).containsExactly("1\n[\"Here\"]");
    }

    @Test
    void line7AHandlerThatFailsIsGivenTheSameAnswersAndAsksNothingTwice() throws Exception {
        var tries = new AtomicInteger();
        try (var bot = new Bot(options()
                .withRunner(runner -> runner.withFailures(FailureHandler.retry())
                        .withRetry(RetryOptions.defaults().withPauses(Duration.ofMillis(1), Duration.ofMillis(1)))))) {
            bot.command("form", ctx -> {
                String name = ctx.ask("Name?", message().text());
                String town = ctx.ask("Town?", message().text());
                if (tries.incrementAndGet() < 3) throw new IllegalStateException("not yet");
                ctx.reply(name + " of " + town);
            });
            bot.start();
            ann.says(account, "/form");
            ann.awaitReply(account);
            ann.says(account, "Ann");
            ann.awaitReply(account);
            ann.says(account, "Rome");
            assertThat(ann.awaitReply(account, reply -> reply.text().contains(" of "))
                            .text())
                    .isEqualTo("Ann of Rome");
        }
        assertThat(said()).containsExactly("/form", "Name?", "Ann", "Town?", "Rome", "Ann of Rome");
    }

    private List<String> said() {
        return ann.sees(account).stream().map(MessageView::text).toList();
    }

    @Test
    void line7WithAJournalAConversationGoesOnAfterAStop() throws Exception {
        var journal = new MemoryJournal<>(RawUpdate::updateId, InstantSource.system());
        for (int life = 0; life < 3; life++) {
            var mine = life == 0 ? journal : journal.reopened();
            journal = mine;
            try (var bot = new Bot(options().withJournal(mine))) {
                bot.command("form", ctx -> {
                    String name = ctx.ask("Name?", message().text());
                    String town = ctx.ask("Town?", message().text());
                    ctx.reply(name + " of " + town);
                });
                bot.start();
                if (life == 0) {
                    ann.says(account, "/form");
                    assertThat(reply(ann)).isEqualTo("Name?");
                    ann.says(account, "Ann");
                    assertThat(reply(ann)).isEqualTo("Town?");
                } else if (life == 1) {
                    assertThat(reply(ann)).isEqualTo("Town?"); // it may not have been sent
                    ann.says(account, "Rome");
                    assertThat(reply(ann)).isEqualTo("Ann of Rome");
                } else {
                    ann.says(account, "/form");
                    assertThat(reply(ann)).isEqualTo("Name?");
                }
            }
        }
        assertThat(said())
                .containsExactly("/form", "Name?", "Ann", "Town?", "Town?", "Rome", "Ann of Rome", "/form", "Name?");
    }
}
