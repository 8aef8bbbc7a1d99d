package io.botmesh.bot;

import static io.botmesh.bot.Filters.anyMessage;
import static io.botmesh.bot.Filters.callback;
import static io.botmesh.bot.Filters.callbackQuery;
import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.UpdateKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ComposerTest {
    private final Composer bot = new Composer();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private UpdateHandler say(String what) {
        return ctx -> seen.add(what);
    }

    private Middleware around(String what) {
        return (ctx, next) -> {
            seen.add(what + " before");
            next.proceed();
            seen.add(what + " after");
        };
    }

    private static UpdateHandler fail(String what) {
        return ctx -> {
            throw new IOException(what);
        };
    }

    private void handle(RawUpdate update) throws Exception {
        bot.handle(Updates.context(update), () -> seen.add("end"));
    }

    @Test
    void theFirstHandlerThatIsMeantEndsTheWay() throws Exception {
        bot.on(callbackQuery(), (ctx, query) -> seen.add("press"));
        bot.on(message().text(), (ctx, text) -> seen.add("text " + text));
        bot.use(say("never"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("text a");
    }

    @Test
    void whatNobodyTakesReachesTheEnd() throws Exception {
        bot.on(callbackQuery(), (ctx, query) -> seen.add("press"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("end");
    }

    @Test
    void middlewareStandsAroundWhatComesLater() throws Exception {
        bot.use(around("outer")).use(around("inner"));
        bot.on(message().text(), (ctx, text, next) -> {
            seen.add("has " + text);
            next.proceed();
        });
        bot.use(say("handler"));
        handle(Updates.text("a"));
        assertThat(seen)
                .containsExactly("outer before", "inner before", "has a", "handler", "inner after", "outer after");
    }

    @Test
    void middlewareThatDoesNotGoOnEndsTheWay() throws Exception {
        bot.use((ctx, next) -> seen.add("wall"));
        bot.use(say("never"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("wall");
    }

    @Test
    void goingOnTwiceIsAMistakeThatIsTold() {
        bot.use((ctx, next) -> {
            next.proceed();
            next.proceed();
        });
        bot.use(say("once"));
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(Updates.text("a")))
                .withMessage("next was called twice");
        assertThat(seen).containsExactly("once");
    }

    @Test
    void nestedComposersTakeWhatTheirFilterMatchesAndGiveBackTheRest() throws Exception {
        bot.filter(message().inGroups()).use(say("group"));
        Composer inPrivate = bot.filter(message().inPrivate());
        inPrivate.use(around("private"));
        inPrivate.command("start", say("start"));
        bot.drop(message().text().startingWith("quiet")).use(around("loud"));
        bot.use(say("last"));
        handle(Updates.text("/start"));
        assertThat(seen).containsExactly("private before", "start", "private after");
        seen.clear();
        handle(Updates.text("quiet!"));
        assertThat(seen).containsExactly("private before", "last", "private after");
        seen.clear();
        handle(Updates.text("hey"));
        assertThat(seen).containsExactly("private before", "loud before", "last", "loud after", "private after");
    }

    @Test
    void aComposerIsAMiddlewareOfSeveralOthers() throws Exception {
        var shared = new Composer().use(around("shared"));
        bot.use(shared).use(shared).use(say("end"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("shared before", "shared before", "end", "shared after", "shared after");
    }

    @Test
    void aComposerInItselfIsRefused() {
        bot.use(new Composer().use(bot));
        assertThatIllegalStateException().isThrownBy(bot::ways).withMessage("a composer contains itself");
    }

    @Test
    void nothingIsRegisteredOnceUpdatesCome() throws Exception {
        var nested = bot.filter(message());
        bot.use(ctx -> bot.command("late", say("late")));
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(Updates.press("x")))
                .withMessage("handlers are registered before the bot starts, not while it runs");
        assertThatIllegalStateException().isThrownBy(() -> nested.use(say("late")));
    }

    @Test
    void branchesAndRoutesLeadToComposers() throws Exception {
        bot.branch(ctx -> ctx.text() != null && ctx.text().length() > 3, around("long"), around("short"));
        bot.route(
                ctx -> ctx.text(),
                Map.of("a", new Composer().use(say("route a")), "b", new Composer().use(around("route b"))));
        bot.use(say("no route"));
        handle(Updates.text("a"));
        handle(Updates.text("b"));
        handle(Updates.text("cccc"));
        assertThat(seen)
                .containsExactly(
                        "short before",
                        "route a",
                        "short after",
                        "short before",
                        "route b before",
                        "no route",
                        "route b after",
                        "short after",
                        "long before",
                        "no route",
                        "long after");
    }

    @Test
    void lazyMakesAMiddlewarePerUpdate() throws Exception {
        var made = new AtomicInteger();
        bot.lazy(ctx -> around("number " + made.incrementAndGet()));
        handle(Updates.text("a"));
        handle(Updates.text("b"));
        assertThat(seen).contains("number 1 before", "number 2 before");
    }

    @Test
    void lazyWithoutAMiddlewareLetsTheUpdateGoOn() throws Exception {
        bot.lazy(ctx -> null);
        bot.use(say("behind"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("behind");
    }

    @Test
    @SuppressWarnings("NullAway") // as a program without such checks may
    void anAsynchronousHandlerThatReturnsNullFailsWithALineThatSaysSo() {
        bot.onAsync(message().text(), (ctx, text) -> null);
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(Updates.text("a")))
                .withMessageContaining("returned null");
    }

    @Test
    void aForkRunsBesideTheRestAndBothEndBeforeTheUpdate() throws Exception {
        var meeting = new CountDownLatch(2);
        bot.fork().use(ctx -> {
            meeting.countDown();
            meeting.await();
            seen.add("fork");
        });
        bot.use(ctx -> {
            meeting.countDown();
            meeting.await();
            seen.add("main");
        });
        handle(Updates.text("a"));
        assertThat(seen).containsExactlyInAnyOrder("fork", "main");
    }

    @Test
    void ofTwoFailuresOfAForkOneIsSuppressed() {
        bot.fork().use(fail("fork"));
        bot.use(fail("main"));
        assertThatThrownBy(() -> handle(Updates.text("a")))
                .hasMessage("main")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .extracting(Throwable::getMessage)
                        .containsExactly("fork"));
    }

    @Test
    void aFailureOfTheForkAloneIsTheUpdates() {
        bot.fork().use(fail("fork"));
        bot.use(say("main"));
        assertThatThrownBy(() -> handle(Updates.text("a"))).hasMessage("fork");
        assertThat(seen).containsExactly("main");
    }

    @Test
    void workersTakeWhatIsMeantForThemOnPlatformThreadsAndGiveBackTheRest() throws Exception {
        Composer heavy = bot.workers(2, message().inPrivate());
        heavy.use(around("heavy"));
        heavy.on(
                message().text().startingWith("compute"),
                (ctx, text) -> seen.add(Thread.currentThread().isVirtual() ? "virtual" : "platform"));
        bot.use(say("rest"));
        handle(Updates.text("compute 7"));
        assertThat(seen).containsExactly("heavy before", "platform", "heavy after");
        seen.clear();
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("heavy before", "heavy after", "rest");
    }

    @Test
    void whatFailsInAWorkerIsTheUpdatesFailureAndReachesItsBoundary() {
        bot.workers(1, message()).use(fail("heavy"));
        assertThatThrownBy(() -> handle(Updates.text("a")))
                .isInstanceOf(IOException.class)
                .hasMessage("heavy");
        assertThatThrownBy(() -> new Composer().workers(0, message())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBoundaryDealsWithItsOwnFailuresOnly() throws Exception {
        bot.errorBoundary((error, next) -> seen.add("caught " + error.failure().getMessage()))
                .on(
                        message().text().equalTo("inside"),
                        (ctx, text) -> fail("inside").handle(ctx));
        bot.use(fail("behind"));
        handle(Updates.text("inside"));
        assertThat(seen).containsExactly("caught inside");
        assertThatThrownBy(() -> handle(Updates.text("other"))).hasMessage("behind");
        assertThat(seen).containsExactly("caught inside");
    }

    @Test
    void whatFailsBehindPassesTheBoundaryAlthoughItRunsInsideOfItsMiddleware() {
        bot.errorBoundary((error, next) -> seen.add("caught")).use(around("inside"));
        bot.use(fail("behind"));
        assertThatThrownBy(() -> handle(Updates.text("a"))).hasMessage("behind");
        assertThat(seen).containsExactly("inside before");
    }

    @Test
    void aBoundaryMayGoOnBehindItself() throws Exception {
        bot.errorBoundary((error, next) -> next.proceed()).use(fail("inside"));
        bot.use(say("behind"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("behind");
    }

    @Test
    void whatABoundaryThrowsGoesToTheNextOneOutside() throws Exception {
        Composer outer = bot.errorBoundary((error, next) -> seen.add("outer: "
                + error.failure().getMessage() + " of " + error.context().updateId()));
        outer.errorBoundary((error, next) -> {
                    seen.add("inner");
                    throw error;
                })
                .use(fail("inside"));
        handle(Updates.text("a"));
        assertThat(seen).containsExactly("inner", "outer: inside of 7");
    }

    @Test
    void aBoundaryDoesNotGoOnTwice() {
        bot.errorBoundary((error, next) -> next.proceed()).use((ctx, next) -> {
            next.proceed();
            throw new IOException("after");
        });
        bot.use(say("behind"));
        assertThatIllegalStateException().isThrownBy(() -> handle(Updates.text("a")));
        assertThat(seen).containsExactly("behind");
    }

    @Test
    void anUpdateOfAFutureHasEndedWhenTheFutureHas() throws Exception {
        var future = new CompletableFuture<Void>();
        bot.onAsync(message().text(), (ctx, text) -> future);
        var handling = Thread.ofVirtual().start(() -> {
            try {
                handle(Updates.text("a"));
                seen.add("ended");
            } catch (Exception failed) {
                seen.add(failed.getMessage());
            }
        });
        assertThat(seen).isEmpty();
        future.completeExceptionally(new IOException("late"));
        handling.join();
        assertThat(seen).containsExactly("late");
    }

    @Test
    void anInterruptCancelsTheFuture() throws Exception {
        var future = new CompletableFuture<Void>();
        var begun = new CountDownLatch(1);
        bot.useAsync(ctx -> {
            begun.countDown();
            return future;
        });
        var handling = Thread.ofVirtual().start(() -> {
            try {
                handle(Updates.text("a"));
            } catch (Exception failed) {
                seen.add(failed.getClass().getSimpleName());
            }
        });
        begun.await();
        handling.interrupt();
        handling.join();
        assertThat(seen).containsExactly("InterruptedException");
        assertThat(future).isCancelled();
    }

    @Test
    void threeHundredCommandsAreFoundByOneLookUp() throws Exception {
        var asked = new AtomicInteger();
        for (int i = 0; i < 300; i++) {
            String name = "c" + i;
            bot.on(
                    anyMessage().command(name).where(command -> asked.incrementAndGet() > 0),
                    (ctx, command) -> seen.add(command.name() + command.words()));
            bot.on(callback(name + ":").where(rest -> asked.incrementAndGet() > 0), (ctx, rest) -> seen.add(rest));
        }
        handle(Updates.text("/c250 x y"));
        assertThat(seen).containsExactly("c250[x, y]");
        assertThat(asked).hasValue(1);
    }

    @Test
    void neighboursWithOneTextAreAskedInTheirOrder() throws Exception {
        bot.on(message().command("a").inGroups(), (ctx, command) -> seen.add("in groups"));
        bot.command("b", say("b"));
        bot.on(message().command("a"), (ctx, command, next) -> {
            seen.add("around");
            next.proceed();
        });
        bot.command("a", say("a"));
        bot.use(say("rest"));
        handle(Updates.text("/a"));
        handle(Updates.text("/c"));
        assertThat(seen).containsExactly("around", "a", "rest");
    }

    private static RawUpdate inline(String text) {
        return Updates.update("'inline_query':{'id':'9','from':{'id':42,'is_bot':false,'first_name':'Ann'},'query':'"
                + text + "','offset':''}");
    }

    private static RawUpdate chosen(String id) {
        return Updates.update("'chosen_inline_result':{'result_id':'" + id
                + "','from':{'id':42,'is_bot':false,'first_name':'Ann'},'query':'q'}");
    }

    @Test
    void shortWaysTakeTextsExactlyOrByAPatternWhoseMatchIsInTheContext() throws Exception {
        bot.hears("Hello", say("hello"));
        bot.hears(
                Pattern.compile("(\\d+)x(\\d+)"),
                ctx -> seen.add("wide " + ctx.match().group(1)));
        bot.hears(
                Pattern.compile("b(.)g"),
                (ctx, found) -> seen.add(found.group(1) + ctx.match().group(1)));
        bot.callbackQuery("yes", say("yes"));
        bot.callbackQuery(
                Pattern.compile("^no:(.*)"), ctx -> seen.add("no " + ctx.match().group(1)));
        bot.inlineQuery("", say("nothing typed"));
        bot.inlineQuery(
                Pattern.compile("^cat (.+)"),
                ctx -> seen.add("cats " + ctx.match().group(1)));
        bot.chosenInlineResult("r1", say("first"));
        bot.chosenInlineResult(
                Pattern.compile("r(\\d)"),
                ctx -> seen.add("result " + ctx.match().group(1)));
        bot.use(ctx -> {
            assertThatThrownBy(ctx::match).isInstanceOf(BotException.Missing.class);
            seen.add("rest");
        });
        handle(Updates.text("Hello"));
        handle(Updates.text("Hello 12x34"));
        handle(Updates.message("'caption':'big','photo':[]"));
        handle(Updates.message("channel_post", "{'id':-1001,'type':'channel'}", "'text':'3x4'"));
        handle(Updates.message("edited_message", "{'id':1,'type':'private'}", "'text':'3x4'"));
        handle(Updates.press("yes"));
        handle(Updates.press("no:thanks"));
        handle(inline(""));
        handle(inline("cat pictures"));
        handle(chosen("r1"));
        handle(chosen("r2"));
        assertThat(seen)
                .containsExactly(
                        "hello",
                        "wide 12",
                        "ii",
                        "wide 3",
                        "rest",
                        "yes",
                        "no thanks",
                        "nothing typed",
                        "cats pictures",
                        "first",
                        "result 2");
        assertThat(Wanted.by(new Composer().chosenInlineResult("r1", say("first"))))
                .containsExactly(UpdateKind.CHOSEN_INLINE_RESULT);
    }

    @Test
    void aMatchReachesWhatIsBehindMiddlewareAndWithinANestedComposer() throws Exception {
        bot.on(message().text().matching("a(.)"), (ctx, found, next) -> next.proceed());
        bot.filter(Filter.when(ctx -> true)).use(ctx -> seen.add(ctx.match().group(1)));
        handle(Updates.text("ab"));
        assertThat(seen).containsExactly("b");
    }
}
