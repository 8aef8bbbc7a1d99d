package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An update on its way to a bot's own server.
 *
 * @param connectionId where it goes; that connection is free
 * @param target       path and query
 * @param headers      in their order
 * @param body         an {@code Update}; not to be changed
 * @param cut          whether the connection is to end when half of the body is sent
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WebhookPost(
        long connectionId,
        long botId,
        int updateId,
        String target,
        Map<String, String> headers,
        byte[] body,
        boolean cut) {

    static WebhookPost of(long connectionId, long botId, WebhookSettings settings, UpdateQueue.Item item, boolean cut) {
        var body = item.json();
        var url = settings.url();
        var headers = new LinkedHashMap<String, String>();
        headers.put("Host", url.host());
        var authorization = url.authorization();
        if (authorization != null) headers.put("Authorization", authorization);
        if (!settings.secretToken().isEmpty()) {
            headers.put("X-Telegram-Bot-Api-Secret-Token", settings.secretToken());
        }
        headers.put("Content-Type", "application/json");
        headers.put("Content-Length", Integer.toString(body.length));
        headers.put("Connection", "keep-alive");
        headers.put("Accept-Encoding", "gzip, deflate");
        return new WebhookPost(
                connectionId,
                botId,
                item.id(),
                url.target(),
                java.util.Collections.unmodifiableMap(headers),
                body,
                cut);
    }

    /** All of it as HTTP/1.1 has it, or what is sent before it is cut. */
    public byte[] toBytes() {
        var head = new StringBuilder("POST ").append(target).append(" HTTP/1.1\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        var bytes = new ByteArrayOutputStream(head.length() + body.length + 2);
        bytes.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        bytes.write(body, 0, cut ? body.length / 2 : body.length);
        return bytes.toByteArray();
    }

    /** Neither the update nor the secret shows. */
    @Override
    public String toString() {
        return "WebhookPost[" + updateId + " of bot " + botId + " on connection " + connectionId + "]";
    }
}
