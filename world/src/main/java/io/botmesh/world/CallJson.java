package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** A recorded call as a JSON object. */
final class CallJson {
    private CallJson() {}

    static void write(JsonWriter json, RecordedCall call) {
        json.object().field("sequence", call.sequence()).field("at", call.at().toString());
        json.field("bot", call.botId()).field("method", call.method());
        if (call.chatId() != null) json.field("chat", call.chatId());
        json.name("arguments").object();
        call.arguments().forEach(json::field);
        json.endObject();
        switch (call.reply()) {
            case null -> {}
            case Reply.Ok ok -> {
                json.field("ok", true);
                json.name("result").raw(ok.resultJson().getBytes(ISO_8859_1));
                if (ok.description() != null) json.field("description", ok.description());
            }
            case Reply.Failure failure -> {
                json.field("ok", false).field("error_code", failure.code()).field("description", failure.description());
                if (failure.retryAfter() != null) json.field("retry_after", failure.retryAfter());
            }
            case Reply.NotBuilt notBuilt ->
                json.field("ok", false)
                        .field("error_code", 501)
                        .field("description", "no " + notBuilt.method() + " in this emulator");
            case Reply.Raw raw ->
                json.field("ok", false).field("error_code", raw.status()).field("description", raw.contentType());
            case Reply.Closed closed ->
                json.field("ok", false).field("description", closed.reset() ? "connection reset" : "connection closed");
        }
        if (call.duration() != null) json.field("duration_ms", call.duration().toMillis());
        if (!call.faults().isEmpty()) {
            json.name("faults").array();
            for (long id : call.faults()) json.value(id);
            json.endArray();
        }
        json.endObject();
    }
}
