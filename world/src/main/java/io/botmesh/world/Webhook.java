package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One bot's webhook: takes updates from its queue and sends them over a few connections until they arrive. What is to be
 * done outside goes to the {@link Outside}, what came of it comes back through the methods named after events.
 */
final class Webhook {
    /** What the webhook cannot do itself. */
    interface Outside {
        /** Whether there is anybody to carry anything. */
        boolean isThere();

        void resolve(Webhook webhook, String host);

        /** Connects; returns the id of the connection. */
        long open(Webhook webhook, String ipAddress);

        void post(WebhookPost post);

        /** What goes wrong with an update that is about to be sent, null for nothing. */
        Faults.@Nullable Rule strike(Bot bot, UpdateQueue.Item item);

        void close(long connectionId);

        /** The update has arrived or is too old: it leaves the queue. */
        void confirm(Bot bot, int updateId);

        /** The answer to an update is a call. */
        void call(Bot bot, Arguments arguments);

        /** Something went wrong, which getWebhookInfo tells. */
        void failed(Webhook webhook, String message);

        /** The webhook is settled, with that reason why it cannot be or null. */
        void settled(Webhook webhook, @Nullable String why);

        /** The receiver said for a day that it does not exist any more. */
        void gone(Webhook webhook);
    }

    private static final Duration GONE_FOR_GOOD = Duration.ofHours(23);

    private final Bot bot;
    private final WebhookSettings settings;
    private final Agenda agenda;
    private final Outside outside;
    private final WebhookLanes lanes;
    private final WebhookAddress address;
    private final boolean guessedWords;
    private final WebhookConnections connections;
    private int loadedUpTo = Integer.MAX_VALUE;
    private boolean queueEmpty;
    private boolean verified;
    private boolean stopped;
    private boolean suspended;
    private @Nullable Instant goneSince;
    private @Nullable Instant lastErrorAt;
    private @Nullable String lastError;
    private @Nullable Instant wakeAt;
    private Agenda.@Nullable Entry alarm;

    /** The call that waits until the webhook is settled, null if none does any more. */
    @Nullable
    Answer settler;

    Webhook(
            Bot bot,
            WebhookSettings settings,
            WorldOptions options,
            Agenda agenda,
            SplittableRandom random,
            Outside outside,
            Answer settler) {
        this.bot = bot;
        this.settings = settings;
        this.agenda = agenda;
        this.outside = outside;
        this.settler = settler;
        lanes = new WebhookLanes(random);
        boolean anywhere = options.profile() == Profile.LOCAL || options.webhookTargets() == WebhookTargets.ANY;
        guessedWords = options.assumptions().hold(Assumption.GUESSED_WORDS);
        address = new WebhookAddress(settings, anywhere, random);
        connections = new WebhookConnections(settings.maxConnections());
    }

    Bot bot() {
        return bot;
    }

    WebhookSettings settings() {
        return settings;
    }

    /** Null as long as it is not known. */
    @Nullable
    String ipAddress() {
        return address.text();
    }

    @Nullable
    Instant lastErrorAt() {
        return lastErrorAt;
    }

    String lastError() {
        return lastError == null ? "" : lastError;
    }

    int connections() {
        return connections.size();
    }

    /** Begins; the settler is answered now or later. */
    void start() {
        var why = address.begin();
        if (why != null) {
            fail(why);
            return;
        }
        loop();
    }

    /** There is something new in the queue. */
    void onUpdate() {
        queueEmpty = false;
        loop();
    }

    /** Somebody has come, or gone, who carries things out. */
    void onCarrier() {
        loop();
    }

    void onResolved(String text) {
        if (stopped) return;
        var why = address.onResolved(text, agenda.now());
        if (why != null) fail(why);
        loop();
    }

    void onUnresolved(String why) {
        if (stopped) return;
        address.onUnresolved(agenda.now());
        fail("Failed to resolve host: " + why);
        loop();
    }

    void onAnswered(long connectionId, WebhookAnswer answer) {
        var connection = connections.find(connectionId);
        if (stopped || connection == null || connection.sent == null) return;
        var pending = connection.sent;
        connection.sent = null;
        boolean gone = false;
        var fate = pending.fate;
        pending.fate = null;
        if (fate instanceof FaultAction.IgnoreAnswer ignored) {
            if (ignored.asSuccess()) {
                arrived(pending);
            } else {
                error("Read timeout expired");
                failed(pending, 0);
            }
        } else if (answer.status() >= 200 && answer.status() <= 299) {
            goneSince = null;
            connections.onSuccess(agenda.now());
            if (fate instanceof FaultAction.DuplicateDelivery) {
                pending.struck = true;
                lanes.putOff(pending, agenda.now());
            } else {
                arrived(pending);
            }
            if (isCall(answer.arguments())) outside.call(bot, answer.arguments());
        } else {
            gone = isGone(answer.status());
            error("Wrong response from the webhook: " + answer.status() + " " + answer.reason());
            failed(pending, Math.clamp(answer.retryAfter(), 0, 3600));
        }
        if (answer.keepAlive()) giveBack(connection);
        else end(connection);
        if (gone) outside.gone(this);
        else loop();
    }

    /** The connection is no more; null if nothing was wrong with it. */
    void onClosed(long connectionId, @Nullable String why) {
        var connection = connections.remove(connectionId);
        if (stopped || connection == null) return;
        if (why != null) error(why);
        if (connection.sent != null) failed(connection.sent, 0);
        loop();
    }

    /** The bot's instance has ended: nothing is sent until it starts again. */
    void suspend() {
        suspended = true;
        closeAll();
        reload();
    }

    void resume() {
        if (!suspended) return;
        suspended = false;
        loop();
    }

    /** For good. What was on its way may have arrived, but it stays in the queue. */
    void stop() {
        stopped = true;
        closeAll();
    }

    private void closeAll() {
        agenda.cancel(alarm);
        alarm = null;
        for (long id : connections.removeAll()) outside.close(id);
    }

    private void reload() {
        lanes.clear();
        loadedUpTo = Integer.MAX_VALUE;
        queueEmpty = false;
    }

    private void loop() {
        if (stopped || suspended) return;
        agenda.cancel(alarm);
        alarm = null;
        wakeAt = null;
        load();
        resolve();
        connect();
        send();
        if (wakeAt != null && !stopped) alarm = agenda.at(wakeAt, this::loop);
    }

    private void wakeAt(Instant instant) {
        if (wakeAt == null || instant.isBefore(wakeAt)) wakeAt = instant;
    }

    private void load() {
        // What nobody carries stays in the queue, where it can still be confirmed in another way.
        if (!outside.isThere()) return;
        int room = 2 * settings.maxConnections() - lanes.size();
        if (queueEmpty || room <= 0) return;
        var items = bot.queue.after(loadedUpTo, room, agenda.seconds());
        queueEmpty = items.isEmpty();
        for (var item : items) {
            loadedUpTo = item.id();
            lanes.add(item, agenda.now());
        }
    }

    private void resolve() {
        if (!outside.isThere()) return;
        var next = address.nextLookup();
        if (next == null) return;
        if (agenda.now().isBefore(next)) {
            wakeAt(next);
            return;
        }
        address.ask();
        outside.resolve(this, settings.url().host());
    }

    private void connect() {
        if (!outside.isThere()) {
            verify();
            return;
        }
        var to = address.known();
        if (to == null) return;
        var now = agenda.now();
        while (connections.areTooFew(lanes.size(), verified, now)) {
            var pause = connections.pause(now);
            if (!pause.isZero()) {
                wakeAt(now.plus(pause));
                return;
            }
            connections.add(outside.open(this, to.text()), address.generation(), now);
            verify();
        }
    }

    private void send() {
        for (var at = lanes.nextAt(); at != null; at = lanes.nextAt()) {
            if (at.isAfter(agenda.now())) {
                wakeAt(at);
                return;
            }
            var connection = connections.take();
            if (connection == null) return;
            var pending = lanes.take();
            if (isHeldBack(pending, connection)) {
                // Its connection may be gone.
                connect();
                continue;
            }
            connection.sent = pending;
            boolean cut = pending.fate instanceof FaultAction.CutDelivery;
            outside.post(WebhookPost.of(connection.id, bot.id(), settings, pending.item(), cut));
        }
    }

    /** Whether something goes wrong with an update before it is sent; what goes wrong later it carries along. */
    private boolean isHeldBack(WebhookLanes.Pending pending, WebhookConnections.Connection connection) {
        pending.fate = null;
        var rule = pending.struck ? null : outside.strike(bot, pending.item());
        pending.struck = false;
        if (rule == null || !(rule.action() instanceof FaultAction.OnDelivery fault)) return false;
        switch (fault) {
            case FaultAction.DelayDelivery late -> {
                pending.struck = true;
                lanes.putOff(pending, agenda.now().plus(late.by()));
                giveBack(connection);
                return true;
            }
            case FaultAction.Overtake second -> {
                if (!lanes.overtake(pending, agenda.now())) {
                    rule.spare();
                    return false;
                }
                pending.struck = true;
                giveBack(connection);
                return true;
            }
            case FaultAction.RefuseDelivery refused -> {
                end(connection);
                error("Connection refused");
                failed(pending, 0);
                return true;
            }
            case FaultAction.CutDelivery later -> pending.fate = later;
            case FaultAction.DuplicateDelivery later -> pending.fate = later;
            case FaultAction.IgnoreAnswer later -> pending.fate = later;
        }
        return false;
    }

    private void giveBack(WebhookConnections.Connection connection) {
        if (!connections.giveBack(connection, address.generation())) end(connection);
    }

    private void end(WebhookConnections.Connection connection) {
        connections.remove(connection.id);
        outside.close(connection.id);
    }

    private void arrived(WebhookLanes.Pending pending) {
        lanes.drop(pending, agenda.now());
        outside.confirm(bot, pending.item().id());
    }

    private void failed(WebhookLanes.Pending pending, int retryAfter) {
        if (!lanes.retry(pending, retryAfter, agenda.now())) arrived(pending);
    }

    private boolean isGone(int status) {
        if (status != 410) {
            goneSince = null;
            return false;
        }
        if (goneSince == null) goneSince = agenda.now();
        return agenda.now().isAfter(goneSince.plus(GONE_FOR_GOOD));
    }

    private static boolean isCall(Arguments arguments) {
        var method = arguments.text("method");
        if (method == null || method.isEmpty()) return false;
        var name = method.toLowerCase(Locale.ROOT);
        return !name.startsWith("get")
                && switch (name) {
                    case "setwebhook", "deletewebhook", "close", "logout" -> false;
                    default -> true;
                };
    }

    private void verify() {
        if (verified) return;
        verified = true;
        outside.settled(this, null);
    }

    /** Ends a webhook that was never good; later the same is no more than a nuisance. */
    private void fail(String why) {
        if (verified || stopped) return;
        outside.settled(this, why);
    }

    private void error(String message) {
        onError(message);
        outside.failed(this, message);
    }

    /** It went wrong now, or did so before. */
    void onError(String message) {
        lastErrorAt = agenda.now();
        lastError = guessedWords ? message : GuessedWords.webhookError(message);
    }
}
