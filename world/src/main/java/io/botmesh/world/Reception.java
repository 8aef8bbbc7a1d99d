package io.botmesh.world;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes calls: lets bots in, finds the method, makes go wrong what is to, and keeps the record. */
final class Reception {
    private static final Duration FLOOD_DELAY = Duration.ofSeconds(3);
    private static final int FLOOD_SECONDS = 60;
    private static final Reply.Failure UNAUTHORIZED = new Reply.Failure(401, "Unauthorized");

    private final Core core;
    private final MethodTable methods;
    private final Calls calls;
    private final Faults faults;
    private final SplittableRandom random;
    private final UploadLine uploads = new UploadLine();
    private final Launches launches = new Launches();
    private final Unsent unsent = new Unsent();
    private @Nullable Recorder recorder;

    Reception(Core core, MethodTable methods, Calls calls, Faults faults, SplittableRandom random) {
        this.core = core;
        this.methods = methods;
        this.calls = calls;
        this.faults = faults;
        this.random = random;
    }

    CompletableFuture<Reply> take(Call call, Attachments attachments) {
        var arguments = call.arguments();
        var name = call.method().isEmpty() ? arguments.text("method") : call.method();
        var written = name == null ? "" : name;
        var documented = MethodNames.find(written);
        var method = documented == null ? null : methods.find(documented);
        var agenda = core.agenda();
        var chatId = chatId(arguments);
        var entry = calls.begin(agenda.now(), documented == null ? written : documented, chatId, arguments);
        var pace = method == null ? Method.Pace.OTHER : method.pace();
        var answer = new Answer(agenda, () -> latency(pace), reply -> calls.end(entry, reply, agenda.now()));
        if (!core.assume(Assumption.GUESSED_WORDS)) answer.reword(GuessedWords::withheld);
        try {
            var bot = find(call, "close".equals(documented));
            entry.by(bot);
            if (admit(bot, call)) recordLaunch(call);
            if (documented == null) throw Refused.verbatim(404, "Not Found: method not found");
            var rule = faults.strike(bot, documented, chatId, agenda.now());
            Work work = (params, to) -> {
                if (method == null) throw Refused.notBuilt(documented);
                start(bot, method, params, to);
                if (recorder != null) record(recorder, method, attachments.whole(call), to);
            };
            var params = new Params(arguments, attachments);
            if (rule == null) {
                work.run(params, answer);
            } else {
                entry.struckBy(rule.id());
                goWrong(rule, bot, params, work, answer);
            }
        } catch (Refused refused) {
            answer.give(refused.reply());
        }
        return answer.future();
    }

    void record(Recorder recorder) {
        this.recorder = recorder;
    }

    /** The method may leave nothing behind, but that the bot runs counts. */
    private void recordLaunch(Call call) {
        if (recorder == null) return;
        recorder.called(core.agenda().now(), new Call(call.token(), call.testDc(), "getMe", Arguments.none()), null);
    }

    private void record(Recorder recorder, Method method, Call call, Answer answer) {
        var now = core.agenda().now();
        if (method.changes()) {
            recorder.called(now, call, answer.given());
        } else if (!call.arguments().uploads().isEmpty()) {
            // What such a call does is told elsewhere or nothing, but its files have taken their place in the line.
            var files = Arguments.builder();
            call.arguments().uploads().forEach(files::add);
            recorder.called(now, new Call(call.token(), call.testDc(), "getMe", files.build()), null);
        }
    }

    /** Nobody gets in with the bot's token any more. */
    void revoke(Bot bot) {
        bot.revoked = true;
        if (core.assume(Assumption.LOGGED_OUT_LOSE_WEBHOOK)) core.webhooks().remove(bot);
        core.watchers().changed(Happening.Changed.What.QUEUE, bot.id());
        core.polls().end(bot, UNAUTHORIZED);
    }

    /** The call itself, which a fault may put off, repeat or leave out. */
    private interface Work {
        void run(Params params, Answer answer);

        default void tryRun(Params params, Answer answer) {
            try {
                run(params, answer);
            } catch (Refused refused) {
                answer.give(refused.reply());
            }
        }
    }

    private void goWrong(Faults.Rule rule, Bot bot, Params params, Work work, Answer answer) {
        var agenda = core.agenda();
        switch (rule.action()) {
            case FaultAction.Refuse refuse ->
                answer.give(new Reply.Failure(refuse.code(), refuse.description(), refuse.retryAfter(), null));
            case FaultAction.Page page -> answer.give(new Reply.Raw(page.status(), page.contentType(), page.body()));
            case FaultAction.Reset reset -> answer.leave(new Reply.Closed(true));
            case FaultAction.LoseReply lost -> {
                answer.replaceBy(new Reply.Closed(lost.reset()));
                work.run(params, answer);
            }
            case FaultAction.ResetLater reset -> {
                agenda.at(agenda.now().plus(reset.after()), () -> answer.leave(new Reply.Closed(true)));
                work.run(params, answer);
            }
            case FaultAction.Duplicate twice -> {
                work.tryRun(params, answer);
                work.tryRun(params, Answer.toNobody(agenda));
            }
            case FaultAction.Slow slow -> {
                if (slow.effectToo()) {
                    agenda.at(agenda.now().plus(slow.by()), () -> work.tryRun(params, answer));
                } else {
                    answer.delay(slow.by());
                    work.run(params, answer);
                }
            }
            case FaultAction.Silence silence -> {
                answer.silence();
                if (silence.afterEffect()) work.run(params, answer);
            }
            case FaultAction.Redeliver again -> work.run(params.without("offset"), answer);
            case FaultAction.JumpUpdateIds jump -> {
                work.tryRun(params, answer);
                if (bot.queue.size(agenda.seconds()) == 0) {
                    bot.queue.jump();
                    if (recorder != null) recorder.jumped(agenda.now(), bot.id());
                } else {
                    rule.spare();
                }
            }
            case FaultAction.Conflict conflict -> core.polls().lose(bot, params, conflict.after(), answer);
            case FaultAction.OnDelivery never -> throw new IllegalStateException(never + " strikes no call");
            case FaultAction.RevokeToken revoked -> {
                revoke(bot);
                if (recorder != null) recorder.revoked(agenda.now(), bot.id());
                answer.give(UNAUTHORIZED);
            }
        }
    }

    private Bot find(Call call, boolean toClose) {
        if (Tokens.isMalformed(call.token())) {
            throw Tokens.refusal(core.options().profile(), call.token());
        }
        var bot = core.registry().botByToken(call.token());
        if (bot != null && (bot.revoked || call.testDc() != bot.flags.contains(BotFlag.TEST_SERVER))) bot = null;
        // Nothing is started only to be closed, and so nobody finds out whether the token is good.
        if (toClose && (bot == null || bot.launchedAt == null)) {
            throw Refused.verbatim(400, "Bad Request: the bot has already been closed");
        }
        if (bot == null) {
            countLaunch(call);
            throw Refused.verbatim(401, "Unauthorized");
        }
        return bot;
    }

    /** The server looks at who comes before it knows whether the token is good. */
    private void countLaunch(Call call) {
        if (core.meter().isOn()) launches.count(call.client(), core.agenda().now());
    }

    /** Whether this is the first call since the bot was made, logged out or closed. */
    private boolean admit(Bot bot, Call call) {
        var now = core.agenda().now();
        if (bot.loggedOutUntil != null) {
            if (now.isBefore(bot.loggedOutUntil)) throw Refused.verbatim(400, "Logged out");
            bot.loggedOutUntil = null;
            bot.launchedAt = null;
        }
        if (bot.launchedAt != null) return false;
        countLaunch(call);
        bot.launchedAt = now;
        if (bot.webhook != null) bot.webhook.resume();
        return true;
    }

    private void start(Bot bot, Method method, Params params, Answer answer) {
        var uploads = params.arguments().uploads();
        long bytes = 0;
        for (var upload : uploads) bytes += upload.content().size();
        if (core.options().profile() == Profile.LOCAL) {
            send(bot, method, params, answer);
        } else if (isActive(method) && !begin(bot, uploads.size(), bytes, answer)) {
            flood(answer);
        } else {
            queue(bot, method, params, bytes, answer);
        }
    }

    /** Lets an upload wait until it is its turn. */
    private void queue(Bot bot, Method method, Params params, long bytes, Answer answer) {
        var now = core.agenda().now();
        var turn = uploads.admit(bytes, now);
        if (turn == null) {
            flood(answer);
        } else if (turn.isAfter(now)) {
            core.agenda().at(turn, () -> send(bot, method, params, answer));
        } else {
            send(bot, method, params, answer);
        }
    }

    /** What only asks leaves nothing in a state file, so it cannot count; and what the server answers itself never does. */
    private static boolean isActive(Method method) {
        return method.changes()
                && switch (method.name()) {
                    case "close", "logOut", "setWebhook", "deleteWebhook" -> false;
                    default -> true;
                };
    }

    private boolean begin(Bot bot, int files, long bytes, Answer answer) {
        answer.whenSaid(() -> bot.active.end(files, bytes));
        return bot.active.begin(files, bytes, bot.updates.count(core.agenda().seconds()));
    }

    private void flood(Answer answer) {
        var flood = Refused.retryAfter(FLOOD_SECONDS).reply();
        core.agenda().at(core.agenda().now().plus(FLOOD_DELAY), () -> answer.give(flood));
    }

    /** Without any latency no message is. */
    private boolean isOnItsWay(Method method) {
        return method.pace() == Method.Pace.SEND
                && !method.name().startsWith("edit")
                && !core.options().latency().send().most().isZero();
    }

    /** A message is on its way until its answer is. */
    private void send(Bot bot, Method method, Params params, Answer answer) {
        var chatId = isOnItsWay(method) ? chatId(params.arguments()) : null;
        if (chatId == null) {
            run(bot, method, params, answer);
        } else if (unsent.begin(bot, chatId)) {
            answer.whenSaid(() -> unsent.end(bot, chatId));
            run(bot, method, params, answer);
        } else {
            flood(answer);
        }
    }

    private static void run(Bot bot, Method method, Params params, Answer answer) {
        try {
            method.handler().handle(bot, params, answer);
        } catch (Refused refused) {
            answer.give(refused.reply());
        }
    }

    /** The chat that a call names, null if it names none that there is. */
    private @Nullable Long chatId(Arguments arguments) {
        var named = arguments.text("chat_id");
        if (named == null || named.isEmpty()) return null;
        if (named.startsWith("@")) {
            var chat = core.registry().chatByName(named.substring(1));
            return chat == null ? null : chat.id();
        }
        long id = Lenient.number(named);
        return id == 0 ? null : id;
    }

    private Duration latency(Method.Pace pace) {
        var latency = core.options().latency();
        var range = switch (pace) {
            case SEND -> latency.send();
            case POLL -> latency.poll();
            case OTHER -> latency.other();
        };
        long least = range.least().toNanos();
        long most = range.most().toNanos();
        return Duration.ofNanos(least == most ? least : random.nextLong(least, most + 1));
    }
}
