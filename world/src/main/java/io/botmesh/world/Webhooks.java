package io.botmesh.world;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The webhooks of all bots, and what comes of carrying updates to them. A world without a {@link #carrier} takes webhooks
 * and lets their updates wait. Events about what is over by now, and about what never was, are ignored.
 */
public final class Webhooks {
    private final Gate gate;
    private final Agenda agenda;
    private final Registry registry;
    private final Watchers watchers;
    private final WorldOptions options;
    private final SplittableRandom random;
    private final Effects effects = new Effects();
    private final InOrder leaving = new InOrder();
    private final Map<Long, Webhook> byConnection = new HashMap<>();
    private final Map<Long, Webhook> byLookup = new HashMap<>();
    private Function<Call, CompletableFuture<Reply>> calls = call -> new CompletableFuture<>();
    private @Nullable WebhookCarrier carrier;
    private @Nullable Faults faults;
    private @Nullable Recorder recorder;
    private long lastId;

    Webhooks(Gate gate, Agenda agenda, Registry registry, Watchers watchers, WorldOptions options, long seed) {
        this.gate = gate;
        this.agenda = agenda;
        this.registry = registry;
        this.watchers = watchers;
        this.options = options;
        random = new SplittableRandom(seed);
    }

    /** What goes wrong with deliveries. */
    void faults(Faults faults) {
        this.faults = faults;
    }

    /** From now on that one carries updates. There can be only one. */
    public void carrier(WebhookCarrier carrier) {
        gate.together(() -> {
            if (this.carrier != null) throw new IllegalStateException("there is a carrier");
            this.carrier = carrier;
            for (var bot : registry.bots()) if (bot.webhook != null) bot.webhook.onCarrier();
            return carrier;
        });
    }

    /** The host has that address. */
    public void resolved(long lookupId, String ipAddress) {
        event(() -> byLookup.remove(lookupId), webhook -> webhook.onResolved(ipAddress));
    }

    /** The host has no address, and why, for instance {@code Name or service not known}. */
    public void unresolved(long lookupId, String why) {
        event(() -> byLookup.remove(lookupId), webhook -> webhook.onUnresolved(why));
    }

    /** An update was answered. */
    public void answered(long connectionId, WebhookAnswer answer) {
        event(() -> byConnection.get(connectionId), webhook -> webhook.onAnswered(connectionId, answer));
    }

    /**
     * A connection is closed.
     *
     * @param why what was wrong, for instance {@code Connection refused}; null if it had no use any more
     */
    public void closed(long connectionId, @Nullable String why) {
        event(() -> byConnection.remove(connectionId), webhook -> webhook.onClosed(connectionId, why));
    }

    /** Does again what {@link Recorder#delivered} told. */
    public void repeatDelivery(long botId, int updateId) {
        gate.together(() -> {
            var bot = registry.bot(botId);
            if (bot != null) bot.queue.confirm(updateId);
            return updateId;
        });
    }

    /** Does again what {@link Recorder#webhookFailed} told. */
    public void repeatFailure(long botId, String message) {
        gate.together(() -> {
            var bot = registry.bot(botId);
            if (bot != null && bot.webhook != null) bot.webhook.onError(message);
            return botId;
        });
    }

    /** Does again what {@link Recorder#webhookLost} told. */
    public void repeatLoss(long botId) {
        gate.together(() -> {
            var bot = registry.bot(botId);
            if (bot != null) remove(bot);
            return botId;
        });
    }

    void calls(Function<Call, CompletableFuture<Reply>> calls) {
        this.calls = calls;
    }

    void record(Recorder recorder) {
        this.recorder = recorder;
    }

    /** A webhook from now on. The answer is given once it is settled. */
    void set(Bot bot, WebhookSettings settings, Answer answer) {
        var webhook = new Webhook(bot, settings, options, agenda, random.split(), effects, answer);
        bot.webhook = webhook;
        webhook.start();
    }

    /** No webhook any more; nothing happens without one. */
    void remove(Bot bot) {
        var webhook = bot.webhook;
        if (webhook == null) return;
        bot.webhook = null;
        webhook.stop();
        byLookup.values().remove(webhook);
        watchers.changed(Happening.Changed.What.QUEUE, bot.id());
    }

    private interface Finding {
        @Nullable
        Webhook find();
    }

    private void event(Finding finding, Consumer<Webhook> event) {
        gate.together(() -> {
            var webhook = finding.find();
            if (webhook == null) return false;
            event.accept(webhook);
            watchers.changed(Happening.Changed.What.QUEUE, webhook.bot().id());
            return true;
        });
    }

    /** What the webhooks ask for leaves once the world's lock is free. */
    private final class Effects implements Webhook.Outside {
        @Override
        public boolean isThere() {
            return carrier != null;
        }

        private void leave(Consumer<WebhookCarrier> effect) {
            var through = carrier;
            if (through == null) return;
            // Several threads leave the world at once, and a post must not come before its connection.
            leaving.add(() -> effect.accept(through));
            agenda.depart(leaving::carryOut);
        }

        @Override
        public void resolve(Webhook webhook, String host) {
            long id = ++lastId;
            byLookup.put(id, webhook);
            leave(to -> to.resolve(id, host));
        }

        @Override
        public long open(Webhook webhook, String ipAddress) {
            long id = ++lastId;
            byConnection.put(id, webhook);
            var settings = webhook.settings();
            var url = settings.url();
            var connection = new WebhookConnection(
                    id, webhook.bot().id(), url.https(), url.host(), ipAddress, url.port(), settings.certificate());
            leave(to -> to.open(connection));
            return id;
        }

        @Override
        public void post(WebhookPost post) {
            leave(to -> to.post(post));
        }

        @Override
        public Faults.@Nullable Rule strike(Bot bot, UpdateQueue.Item item) {
            if (faults == null) return null;
            boolean apart = options.assumptions().hold(Assumption.BUSINESS_HAS_OWN_LANES);
            var kind = UpdateKind.of(item.payload());
            return faults.strikeDelivery(bot, kind, kind.subject(item.lane(), apart), agenda.now());
        }

        @Override
        public void close(long connectionId) {
            byConnection.remove(connectionId);
            leave(to -> to.close(connectionId));
        }

        @Override
        public void confirm(Bot bot, int updateId) {
            bot.queue.confirm(updateId);
            if (recorder != null) recorder.delivered(agenda.now(), bot.id(), updateId);
        }

        @Override
        public void call(Bot bot, Arguments arguments) {
            var call = new Call(bot.token(), false, "", arguments);
            // Like any other call it comes from outside, where its files can be read. Nobody is told what came of it.
            agenda.depart(() -> {
                var unused = calls.apply(call);
            });
        }

        @Override
        public void failed(Webhook webhook, String message) {
            if (recorder != null)
                recorder.webhookFailed(agenda.now(), webhook.bot().id(), message);
        }

        @Override
        public void settled(Webhook webhook, @Nullable String why) {
            var settler = webhook.settler;
            webhook.settler = null;
            if (why != null) lose(webhook);
            if (settler == null) return;
            settler.give(
                    why == null
                            ? new Reply.Ok("true", "Webhook was set")
                            : new Reply.Failure(400, "Bad Request: bad webhook: " + why));
        }

        @Override
        public void gone(Webhook webhook) {
            lose(webhook);
        }

        private void lose(Webhook webhook) {
            remove(webhook.bot());
            if (recorder != null)
                recorder.webhookLost(agenda.now(), webhook.bot().id());
        }
    }
}
