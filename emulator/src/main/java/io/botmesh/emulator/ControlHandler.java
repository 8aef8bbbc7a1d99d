package io.botmesh.emulator;

import io.botmesh.world.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The control API: lets another program set a scene and look at it. JSON in, JSON out; every mistake gets a status of 4xx
 * and one line that says what to do. What there is to do stands in the {@link ControlTable}.
 */
final class ControlHandler implements Request.Handler {
    private static final int MOST_BYTES = 128 << 20;

    private final ControlTable table;
    private final Spool spool;
    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MOST_BYTES)
                            .build())
                    .build())
            .build();

    ControlHandler(ControlTable table, Spool spool) {
        this.table = table;
        this.spool = spool;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        int status = 200;
        String answer;
        try {
            admit(request);
            var path = request.getHttpURI().getPath();
            var route = table.find(request.getMethod(), path == null ? "" : path);
            var page = route.page();
            if (page != null) return page.handle(request, response, callback);
            answer = answer(route, request);
        } catch (Wrong wrong) {
            status = wrong.status();
            answer = error(wrong.why());
        } catch (IllegalArgumentException | IllegalStateException refused) {
            status = 400;
            answer = error(String.valueOf(refused.getMessage()));
        } catch (IOException gone) {
            callback.failed(gone);
            return true;
        }
        var bytes = answer.getBytes(StandardCharsets.US_ASCII);
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.write(true, ByteBuffer.wrap(bytes), callback);
        return true;
    }

    /** A page of another origin cannot send a loopback name in {@code Host}. */
    private static void admit(Request request) throws Wrong {
        var host = Request.getServerName(request);
        if (!host.equals("localhost") && !host.equals("127.0.0.1")) {
            throw new Wrong(403, "call the control API as 127.0.0.1 or localhost");
        }
    }

    private String answer(Route route, Request request) throws Wrong, IOException {
        var node = route.verb().equals("POST") ? body(request) : query(route, request);
        var given = Given.of(node, route.fields(), this::keep);
        var act = route.act();
        if (act == null) throw new IllegalStateException(route.path());
        return act.answer(given);
    }

    private Blob keep(byte[] bytes) throws IOException {
        var entry = spool.entry();
        entry.write(bytes);
        return entry.finish();
    }

    private JsonNode body(Request request) throws Wrong, IOException {
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new Wrong(415, "send JSON with the header Content-Type: application/json");
        }
        var bytes = Content.Source.asInputStream(request).readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) throw new Wrong(413, "at most " + MOST_BYTES + " bytes");
        try {
            return json.readTree(bytes);
        } catch (JacksonException broken) {
            throw new Wrong("the body is not valid JSON: " + broken.getOriginalMessage());
        }
    }

    private JsonNode query(Route route, Request request) throws Wrong {
        var node = json.createObjectNode();
        try {
            for (var given : Request.extractQueryParameters(request)) {
                var field = route.fields().find(given.getName());
                var text = String.valueOf(given.getValue());
                node.set(given.getName(), (field == null ? FieldType.TEXT : field.type()).ofText(text));
            }
        } catch (IllegalArgumentException broken) {
            throw new Wrong("the query is not percent-encoded UTF-8");
        }
        return node;
    }

    private static String error(String why) {
        return "{\"ok\":false,\"error\":" + quoted(why) + "}";
    }

    static String quoted(String text) {
        var out = new StringBuilder();
        ReplyJson.appendString(out, text);
        return out.toString();
    }
}
