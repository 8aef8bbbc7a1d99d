package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A call that goes in the answer to a webhook request instead of a request of its own. Nobody learns what came of it: the
 * server drops result and error alike.
 *
 * @see <a href="https://core.telegram.org/bots/api#making-requests-when-getting-updates">Bot API: making requests when
 *     getting updates</a>
 */
public final class WebhookReply {
    /** The server passes these over, and all that begin with get. */
    private static final Set<String> IGNORED = Set.of("deletewebhook", "setwebhook", "close", "logout");

    private final String method;
    private final byte[] json;

    private WebhookReply(String method, byte[] json) {
        this.method = method;
        this.json = json;
    }

    /** The call as a reply; empty if it cannot be one: it uploads a file, or the server would pass it over. */
    public static Optional<WebhookReply> of(ApiCall<?> call) {
        String method = call.method().toLowerCase(Locale.ROOT);
        if (IGNORED.contains(method) || method.startsWith("get")) return Optional.empty();
        var out = new JsonOut();
        Calls.write(call, out);
        byte[] parameters = out.bytes();
        if (!out.parts().isEmpty()) return Optional.empty();
        int start = JsonBytes.skipSpace(parameters, 0, parameters.length) + 1;
        boolean bare = parameters[JsonBytes.skipSpace(parameters, start, parameters.length)] == '}';
        byte[] head = ("{\"method\":\"" + call.method() + "\"" + (bare ? "" : ",")).getBytes(StandardCharsets.US_ASCII);
        byte[] json = new byte[head.length + parameters.length - start];
        System.arraycopy(head, 0, json, 0, head.length);
        System.arraycopy(parameters, start, json, head.length, parameters.length - start);
        return Optional.of(new WebhookReply(call.method(), json));
    }

    public String method() {
        return method;
    }

    /** The answer's body, of type {@code application/json}. */
    public byte[] bytes() {
        return json.clone();
    }

    @Override
    public String toString() {
        return "WebhookReply[" + method + ", " + json.length + " bytes]";
    }
}
