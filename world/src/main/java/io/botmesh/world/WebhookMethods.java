package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Duration;

/** Methods about where a bot gets its updates. */
final class WebhookMethods {
    private static final Duration BETWEEN_SETTINGS = Duration.ofSeconds(1);

    private final Core core;

    WebhookMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("setWebhook", Pace.OTHER, this::setWebhook);
        table.faithful("deleteWebhook", Pace.OTHER, this::deleteWebhook);
        table.faithful("getWebhookInfo", Pace.OTHER, this::getWebhookInfo);
    }

    /** The webhook that was goes before anything is known of the one that is to be, whose mistakes then leave none. */
    void setWebhook(Bot bot, Params params, Answer answer) {
        if (!params.has("url")) {
            deleteWebhook(bot, params, answer);
            return;
        }
        var now = core.agenda().now();
        if (bot.nextSetWebhook != null && now.isBefore(bot.nextSetWebhook)) throw Refused.retryAfter(1);
        bot.nextSetWebhook = now.plus(BETWEEN_SETTINGS);
        var profile = core.options().profile();
        if (!interrupt(bot) && bot.webhook != null && bot.webhook.settings().isAskedForBy(params, profile)) {
            allow(bot, params);
            answer.give(new Reply.Ok("true", "Webhook is already set"));
            return;
        }
        core.polls().conflict(bot, "Conflict: terminated by setWebhook request");
        core.webhooks().remove(bot);
        drop(bot, params);
        var settings = WebhookSettings.parse(params, profile);
        allow(bot, params);
        core.webhooks().set(bot, settings, answer);
    }

    void deleteWebhook(Bot bot, Params params, Answer answer) {
        interrupt(bot);
        boolean was = bot.webhook != null;
        core.webhooks().remove(bot);
        drop(bot, params);
        answer.give(new Reply.Ok("true", was ? "Webhook was deleted" : "Webhook is already deleted"));
    }

    Reply getWebhookInfo(Bot bot, Params params) {
        return new Reply.Ok(infoJson(bot, core.agenda().seconds()));
    }

    static String infoJson(Bot bot, long now) {
        var webhook = bot.webhook;
        var json = new JsonWriter()
                .object()
                .field("url", webhook == null ? "" : webhook.settings().url().text())
                .field(
                        "has_custom_certificate",
                        webhook != null && webhook.settings().certificate() != null)
                .field("pending_update_count", bot.queue.size(now));
        if (webhook != null) {
            var failedAt = webhook.lastErrorAt();
            if (failedAt != null) {
                json.field("last_error_date", failedAt.getEpochSecond())
                        .field("last_error_message", webhook.lastError());
            }
            var address = webhook.ipAddress();
            json.field("max_connections", webhook.settings().maxConnections())
                    .field("ip_address", address == null ? "<unknown>" : address);
        }
        if (!bot.allowed.equals(UpdateKind.BY_DEFAULT)) {
            json.name("allowed_updates").array();
            for (var kind : UpdateKind.values()) if (bot.allowed.contains(kind)) json.value(kind.wireName());
            json.endArray();
        }
        return json.endObject().toString();
    }

    /** Whether an earlier call still waited for its webhook to be settled; it waits no more. */
    private boolean interrupt(Bot bot) {
        var webhook = bot.webhook;
        var settler = webhook == null ? null : webhook.settler;
        if (webhook == null || settler == null) return false;
        webhook.settler = null;
        core.polls().refuse(bot, settler, "Conflict: terminated by other setWebhook");
        return true;
    }

    private static void allow(Bot bot, Params params) {
        UpdateKind.parseAllowed(params.text("allowed_updates")).ifPresent(allowed -> bot.allowed = allowed);
    }

    private static void drop(Bot bot, Params params) {
        if (params.flag("drop_pending_updates")) bot.queue.clear();
    }
}
