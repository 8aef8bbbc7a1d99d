package io.botmesh.emulatorjunit;

import io.botmesh.world.BotAccount;
import io.botmesh.world.CallFilter;
import io.botmesh.world.RecordedCall;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A bot that is registered with the emulator. What it does is up to the program under test, which logs in with the token. */
public final class TestBot implements Recipient {
    private final Telegram telegram;
    private final BotAccount account;

    TestBot(Telegram telegram, BotAccount account) {
        this.telegram = telegram;
        this.account = account;
    }

    @Override
    public long id() {
        return account.id();
    }

    /** Without the {@code @}. */
    public String username() {
        return account.username();
    }

    public String token() {
        return account.token();
    }

    /** Where the program under test finds the Bot API. */
    public URI api() {
        return telegram.api();
    }

    /** Whether it only sees what is meant for it in groups where it is no administrator, which is so by default. */
    public TestBot privacy(boolean on) {
        telegram.world().privacy(id(), on);
        return this;
    }

    /** Whether people can ask it from any chat, and it is told what they chose; off by default. */
    public TestBot inline(boolean on) {
        telegram.world().botSettings().inlineMode(id(), on);
        telegram.world().botSettings().inlineFeedback(id(), on);
        return this;
    }

    /** The calls that it made, oldest first, with what they were told. */
    public List<RecordedCall> calls() {
        return telegram.world().calls().list(CallFilter.all().withBot(id()));
    }

    /** Its calls of that method, oldest first. */
    public List<RecordedCall> calls(String method) {
        return telegram.world().calls().list(CallFilter.all().withBot(id()).withMethod(method));
    }

    /** Waits until it has made such a call and been answered; calls of earlier count too. */
    public RecordedCall awaitCall(Predicate<RecordedCall> wanted) {
        return telegram.await(
                any -> calls().stream()
                        .filter(call -> call.reply() != null)
                        .filter(wanted)
                        .findFirst()
                        .orElse(null),
                () -> "the test waits for a call of " + this);
    }

    /** Waits until it has called that method and been answered; calls of earlier count too. */
    public RecordedCall awaitCall(String method) {
        return awaitCall(method, Map.of());
    }

    /**
     * Waits until it has called that method with those arguments, maybe beside others, and been answered; calls of earlier
     * count too.
     *
     * @param method    in any case
     * @param arguments texts by name, objects as the JSON that the bot sent
     */
    public RecordedCall awaitCall(String method, Map<String, String> arguments) {
        return telegram.await(
                any -> calls(method).stream()
                        .filter(call -> call.reply() != null)
                        .filter(call -> call.arguments().entrySet().containsAll(arguments.entrySet()))
                        .findFirst()
                        .orElse(null),
                () -> "the test waits for " + this + " to call " + method
                        + (arguments.isEmpty() ? "" : " " + arguments));
    }

    /** The token stays out. */
    @Override
    public String toString() {
        return "@" + username();
    }
}
