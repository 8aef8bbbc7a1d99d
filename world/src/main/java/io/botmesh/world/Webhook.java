package io.botmesh.world;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
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

        void close(long connectionId);

        /** The update has arrived or is too old: it leaves the queue. */
        void confirm(Bot bot, int updateId);

        /** The answer to an update is a call. */
        void call(Bot bot, Arguments arguments);

        /** The webhook is settled, with that reason why it cannot be or null. */
        void settled(Webhook webhook, @Nullable String why);

        /** The receiver said for a day that it does not exist any more. */
        void gone(Webhook webhook);
    }

    private static final Duration RECENT = Duration.ofSeconds(10);
    private static final Duration ADDRESS_LIFE = Duration.ofMinutes(30);
    private static final Duration GONE_FOR_GOOD = Duration.ofHours(23);

    private static final class Connection {
        final long id;
        final int generation;

        WebhookLanes.@Nullable Pending sent;

        Connection(long id, int generation) {
            this.id = id;
            this.generation = generation;
        }
    }

    private final Bot bot;
    private final WebhookSettings settings;
    private final Profile profile;
    private final boolean anywhere;
    private final Agenda agenda;
    private final SplittableRandom random;
    private final Outside outside;
    private final WebhookLanes lanes;
    private final Map<Long, Connection> connections = new LinkedHashMap<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final RollingWindow whileItWorks = new RollingWindow(new Limits.Window(10, Duration.ofMillis(500)));
    private final RollingWindow untilItWorks = new RollingWindow(new Limits.Window(1, Duration.ofSeconds(2)));
    private int loadedUpTo = Integer.MAX_VALUE;
    private boolean queueEmpty;
    private boolean verified;
    private boolean stopped;
    private boolean suspended;
    private boolean resolving;
    private @Nullable IpAddress address;
    private int generation;
    private @Nullable Instant nextLookup;
    private @Nullable Instant lastSuccess;
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
        this.profile = options.profile();
        this.anywhere = profile == Profile.LOCAL || options.webhookTargets() == WebhookTargets.ANY;
        this.agenda = agenda;
        this.random = random;
        this.outside = outside;
        this.settler = settler;
        lanes = new WebhookLanes(random);
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
        if (address != null) return address.text();
        return settings.ipAddress().isEmpty() ? null : settings.ipAddress();
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
        var url = settings.url();
        if (!anywhere) {
            if (!url.https()) {
                fail("An HTTPS URL must be provided for webhook");
                return;
            }
            if (url.port() != 443 && url.port() != 80 && url.port() != 88 && url.port() != 8443) {
                fail("Webhook can be set up only on ports 80, 88, 443 or 8443");
                return;
            }
        }
        boolean fixed = !settings.ipAddress().isEmpty();
        var known = IpAddress.parse(fixed ? settings.ipAddress() : url.host());
        if (fixed || known != null) {
            var why = whyNot(known);
            if (why != null) {
                fail(why);
                return;
            }
            address = known;
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
        resolving = false;
        scheduleLookup();
        var resolved = IpAddress.parse(text);
        var why = whyNot(resolved);
        if (why != null) {
            fail(why);
        } else if (!(resolved == null || resolved.equals(address))) {
            if (address != null) generation++;
            address = resolved;
        }
        loop();
    }

    void onUnresolved(String why) {
        if (stopped) return;
        resolving = false;
        scheduleLookup();
        fail("Failed to resolve host: " + why);
        loop();
    }

    void onAnswered(long connectionId, WebhookAnswer answer) {
        var connection = connections.get(connectionId);
        if (stopped || connection == null || connection.sent == null) return;
        var pending = connection.sent;
        connection.sent = null;
        boolean gone = false;
        if (answer.status() >= 200 && answer.status() <= 299) {
            goneSince = null;
            lastSuccess = agenda.now();
            arrived(pending);
            if (isCall(answer.arguments())) outside.call(bot, answer.arguments());
        } else {
            gone = isGone(answer.status());
            error("Wrong response from the webhook: " + answer.status() + " " + answer.reason());
            failed(pending, Math.clamp(answer.retryAfter(), 0, 3600));
        }
        if (answer.keepAlive() && connection.generation == generation) {
            free.addLast(connection);
        } else {
            connections.remove(connectionId);
            outside.close(connectionId);
        }
        if (gone) outside.gone(this);
        else loop();
    }

    /** The connection is no more; null if nothing was wrong with it. */
    void onClosed(long connectionId, @Nullable String why) {
        var connection = connections.remove(connectionId);
        if (stopped || connection == null) return;
        free.remove(connection);
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
        for (long id : connections.keySet()) outside.close(id);
        connections.clear();
        free.clear();
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
        if (!outside.isThere() || resolving || isAddressGiven()) return;
        if (nextLookup != null && agenda.now().isBefore(nextLookup)) {
            wakeAt(nextLookup);
            return;
        }
        resolving = true;
        outside.resolve(this, settings.url().host());
    }

    private boolean isAddressGiven() {
        return !settings.ipAddress().isEmpty() || IpAddress.parse(settings.url().host()) != null;
    }

    private void scheduleLookup() {
        long tenth = ADDRESS_LIFE.toMillis() / 10;
        nextLookup = agenda.now().plus(ADDRESS_LIFE).plusMillis(random.nextLong(tenth + 1));
    }

    private void connect() {
        if (!outside.isThere()) {
            verify();
            return;
        }
        if (address == null) return;
        var now = agenda.now();
        boolean works = lastSuccess != null && !now.isAfter(lastSuccess.plus(RECENT));
        int wanted = Math.min(lanes.size(), settings.maxConnections());
        if (works) wanted = Math.max(wanted, 1);
        else wanted = verified ? Math.min(wanted, 1) : 1;
        var pace = works ? whileItWorks : untilItWorks;
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        while (connections.size() < wanted) {
            var wait = pace.wait(1, nanos);
            if (!wait.isZero()) {
                wakeAt(now.plus(wait));
                return;
            }
            pace.take(1, nanos);
            long id = outside.open(this, address.text());
            var connection = new Connection(id, generation);
            connections.put(id, connection);
            free.addLast(connection);
            verify();
        }
    }

    private void send() {
        for (var at = lanes.nextAt(); at != null; at = lanes.nextAt()) {
            if (at.isAfter(agenda.now())) {
                wakeAt(at);
                return;
            }
            var connection = free.pollFirst();
            if (connection == null) return;
            var pending = lanes.take();
            connection.sent = pending;
            outside.post(WebhookPost.of(connection.id, bot.id(), settings, pending.item()));
        }
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

    /** Why a webhook may not lead there, null if it may. */
    private @Nullable String whyNot(@Nullable IpAddress to) {
        if (to == null) return "Invalid IP address specified";
        if (anywhere) return null;
        if (!to.isIpv4()) return "IPv6-only addresses are not allowed";
        return to.isReserved() ? "IP address " + to.text() + " is reserved" : null;
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
        lastErrorAt = agenda.now();
        lastError = message;
    }
}
