package io.botmesh.emulator;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The control API: lets another program set a scene and look at it. JSON in, JSON out; every mistake gets a status of 4xx
 * and one line that says what to do. What there is to do stands in the {@link ControlTable}.
 */
final class ControlHandler implements Request.Handler {
    private final ControlTable table;
    private final ControlCalls calls;
    private final Memory memory;
    private final ControlAccess access;

    ControlHandler(ControlTable table, ControlCalls calls, Memory memory, ControlAccess access) {
        this.table = table;
        this.calls = calls;
        this.memory = memory;
        this.access = access;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        ControlCalls.Outcome outcome;
        try {
            access.admit(request);
            var path = request.getHttpURI().getPath();
            var route = table.find(request.getMethod(), path == null ? "" : path);
            var page = route.page();
            if (page != null) return page.handle(request, response, callback);
            outcome = calls.answer(route, route.verb().equals("POST") ? body(request) : query(route, request));
        } catch (Wrong wrong) {
            outcome = ControlCalls.Outcome.wrong(wrong);
        } catch (IOException gone) {
            callback.failed(gone);
            return true;
        }
        var bytes = outcome.json().getBytes(StandardCharsets.US_ASCII);
        response.setStatus(outcome.status());
        if (outcome.status() == 401) response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Basic realm=\"emulator\"");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        var unused = memory.kept().whenComplete((kept, failed) -> {
            if (failed == null) response.write(true, ByteBuffer.wrap(bytes), callback);
            else callback.failed(failed);
        });
        return true;
    }

    private JsonNode body(Request request) throws Wrong, IOException {
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new Wrong(415, "send JSON with the header Content-Type: application/json");
        }
        var bytes = Content.Source.asInputStream(request).readNBytes(ControlCalls.MOST_BYTES + 1);
        if (bytes.length > ControlCalls.MOST_BYTES) {
            throw new Wrong(413, "at most " + ControlCalls.MOST_BYTES + " bytes");
        }
        return ControlCalls.parse(bytes);
    }

    private JsonNode query(Route route, Request request) throws Wrong {
        var node = JsonNodeFactory.instance.objectNode();
        try {
            for (var given : Request.extractQueryParameters(request)) {
                var field = route.fields().find(given.getName());
                if (given.getValues().size() > 1) throw new Wrong("\"" + given.getName() + "\" is there twice");
                var text = String.valueOf(given.getValue());
                node.set(given.getName(), (field == null ? FieldType.TEXT : field.type()).ofText(text));
            }
        } catch (IllegalArgumentException broken) {
            throw new Wrong("the query is not percent-encoded UTF-8");
        }
        return node;
    }

    static String quoted(String text) {
        var out = new StringBuilder();
        ReplyJson.appendString(out, text);
        return out.toString();
    }
}
