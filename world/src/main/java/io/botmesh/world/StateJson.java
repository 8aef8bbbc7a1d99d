package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** The world at a glance: bots, people and chats as one JSON object. */
final class StateJson {
    private StateJson() {}

    static String write(Core core, boolean withTokens) {
        var registry = core.registry();
        var json = new JsonWriter(1024).object().field("time", core.agenda().seconds());
        json.name("bots").array();
        for (var bot : registry.bots()) {
            json.object()
                    .field("id", bot.id())
                    .field("username", String.valueOf(bot.account().username()))
                    .field("first_name", bot.account().firstName());
            if (withTokens) json.field("token", bot.token());
            json.field("pending_updates", bot.queue.size(core.agenda().seconds()))
                    .field("polling", bot.waiting != null)
                    .field("privacy", bot.privacy)
                    .field("inline", bot.flags.contains(BotFlag.INLINE))
                    .field("revoked", bot.revoked)
                    .field("private_chats", bot.privateChats.size());
            write(json, bot.webhook);
            json.endObject();
        }
        json.endArray().name("users").array();
        for (var account : registry.accounts()) if (!account.bot()) account.write(json);
        json.endArray().name("chats").array();
        for (var chat : registry.chats()) {
            chat.writeOpen(json).field("messages", chat.size()).name("members").array();
            for (var member : chat.members()) member.write(json, chat.kind(), false);
            json.endArray().name("traffic").object();
            json.field("texts", chat.traffic.texts())
                    .field("text_code_points", chat.traffic.textCodePoints())
                    .field("documents", chat.traffic.documents())
                    .field("document_bytes", chat.traffic.documentBytes())
                    .field("refused_429", chat.traffic.refused429());
            json.endObject().endObject();
        }
        return json.endArray().endObject().toString();
    }

    private static void write(JsonWriter json, @Nullable Webhook webhook) {
        if (webhook == null) return;
        // Many bots use their token as a secret path.
        json.field("webhook", Calls.hide(webhook.settings().url().text()));
        if (webhook.lastErrorAt() != null) json.field("last_error", webhook.lastError());
    }
}
