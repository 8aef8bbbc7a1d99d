package io.botmesh.emulator;

import io.botmesh.world.Screen;
import io.botmesh.world.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The page that shows the emulator to a person, and what only it asks for. All of it is served from here, so it works
 * offline, and it runs no script that did not come as a file of its own.
 */
final class PageRoutes {
    private static final List<String> PARTS = List.of(
            "page.css",
            "icon.svg",
            "app.js",
            "anything.js",
            "api.js",
            "chats.js",
            "chat.js",
            "composer.js",
            "dialogs.js",
            "dom.js",
            "events.js",
            "keys.js",
            "message.js",
            "panels.js",
            "pay.js",
            "rich.js",
            "send.js",
            "state.js",
            "text.js",
            "topics.js");

    /** What a browser may show in the page's own origin; everything else is only saved. */
    private static final Set<String> SHOWN = Set.of(
            "audio/mpeg",
            "audio/mp4",
            "audio/ogg",
            "image/gif",
            "image/jpeg",
            "image/png",
            "image/webp",
            "video/mp4",
            "video/webm");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Screen screen;
    private final EventFeed events;

    PageRoutes(Screen screen, EventFeed events) {
        this.screen = screen;
        this.events = events;
    }

    void addTo(ControlTable table) {
        table.page(
                "/",
                "A page for people: chats, queues, limits, faults and calls, live.",
                "text/html",
                part("page.html"));
        for (var part : PARTS) {
            table.page("/page/" + part, "A part of the page.", mediaType(part), part(part))
                    .unlisted();
        }
        table.page(
                "/control/events",
                "Server-sent events: resync (read everything afresh), message, press, answer, queue, known, members, opinions,"
                        + " limits, faults, call, clock. The guide says what each holds.",
                "text/event-stream",
                events);
        table.page("/control/files", "The bytes of a file that somebody sent.", "application/octet-stream", this::file)
                .needs("id", FieldType.TEXT, "Its file_unique_id.");
        table.get("/control/routes", "What this API can do, and what each call takes.", given -> RoutesJson.of(table))
                .gives(FieldType.OBJECTS);
        table.get("/control/chats", "The chats that a person has, each with its last message.", this::chats)
                .needs("user", FieldType.ID, "Who looks.")
                .gives(FieldType.OBJECTS);
        table.get(
                        "/control/chat",
                        "The newest messages of a chat, oldest first, its topics, and the keyboard that a bot put up.",
                        this::chat)
                .needs("user", FieldType.ID, "Who looks.")
                .needs("chat", FieldType.ID, "A chat_id, or a bot's id for the private chat with it.")
                .needs("most", FieldType.number(1, 10_000), "How many messages.");
    }

    private String chats(Given given) {
        return screen.chatsJson(given.id("user"));
    }

    private String chat(Given given) throws Wrong {
        return screen.chatJson(given.id("user"), given.id("chat"), given.number("most"));
    }

    private static Request.Handler part(String name) {
        return (request, response, callback) -> {
            byte[] bytes;
            try (var in = PageRoutes.class.getResourceAsStream("page/" + name)) {
                if (in == null) throw new IOException("a part of the page is missing: " + name);
                bytes = in.readAllBytes();
            }
            var headers = response.getHeaders();
            headers.put(HttpHeader.CONTENT_TYPE, mediaType(name) + ";charset=utf-8");
            headers.put(HttpHeader.CONTENT_LENGTH, bytes.length);
            headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
            headers.put("Content-Security-Policy", POLICY);
            headers.put("Referrer-Policy", "no-referrer");
            headers.put("X-Content-Type-Options", "nosniff");
            response.write(true, ByteBuffer.wrap(bytes), callback);
            return true;
        };
    }

    private static String mediaType(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html";
            case "css" -> "text/css";
            case "svg" -> "image/svg+xml";
            default -> "text/javascript";
        };
    }

    private boolean file(Request request, Response response, Callback callback) throws IOException, Wrong {
        var id = Request.extractQueryParameters(request).getValue("id");
        var file = id == null ? null : screen.file(id);
        if (file == null) throw new Wrong(404, id == null ? "\"id\" is missing" : "no file " + id);
        try (var in = file.content().open();
                var out = Content.Sink.asOutputStream(response)) {
            head(response, file);
            in.transferTo(out);
        }
        callback.succeeded();
        return true;
    }

    /** Whatever is in the file, it never runs with the rights of the page. */
    private static void head(Response response, StoredFile file) {
        boolean shown = SHOWN.contains(file.contentType());
        var headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, shown ? file.contentType() : "application/octet-stream");
        headers.put(HttpHeader.CONTENT_LENGTH, file.content().size());
        headers.put(HttpHeader.CONTENT_DISPOSITION, shown ? "inline" : "attachment");
        headers.put("Content-Security-Policy", "default-src 'none'; sandbox");
        headers.put("X-Content-Type-Options", "nosniff");
    }
}
