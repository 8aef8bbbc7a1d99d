package io.botmesh.emulatorjunit;

import static java.util.stream.Collectors.joining;

import io.botmesh.world.Blob;
import io.botmesh.world.Happening;
import io.botmesh.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A message as a person sees it at one moment; a later edit is another view. */
public final class MessageView {
    private static final JsonMapper JSON = new JsonMapper();

    /** Fields of a message that hold a file. An animation is also there as a document, for old clients. */
    private static final List<String> MEDIA =
            List.of("photo", "animation", "audio", "document", "sticker", "video", "video_note", "voice");

    private final World world;
    private final Happening.Place place;
    private final Happening.Author author;
    private final long seenBy;
    private final JsonNode json;

    private MessageView(World world, Happening.Place place, Happening.Author author, long seenBy, String json) {
        this.world = world;
        this.place = place;
        this.author = author;
        this.seenBy = seenBy;
        this.json = JSON.readTree(json);
    }

    static MessageView of(World world, Happening.Posted posted) {
        return new MessageView(world, posted.place(), posted.author(), posted.seenBy(), posted.messageJson());
    }

    static MessageView of(World world, Happening.Edited edited) {
        return new MessageView(world, edited.place(), edited.author(), edited.seenBy(), edited.messageJson());
    }

    /** Null if it is no message that somebody sees. */
    static @Nullable MessageView of(World world, Happening happening) {
        return switch (happening) {
            case Happening.Posted posted -> of(world, posted);
            case Happening.Edited edited -> of(world, edited);
            default -> null;
        };
    }

    /**
     * A file in a message.
     *
     * @param kind the field of the message, such as {@code document} or {@code photo}
     * @param name the file's name, empty if it has none
     */
    public record Media(String kind, String name, Blob content) {
        /** In bytes. */
        public long size() {
            return content.size();
        }

        public byte[] bytes() {
            try (var in = content.open()) {
                return in.readAllBytes();
            } catch (IOException lost) {
                throw new UncheckedIOException(lost);
            }
        }
    }

    public int id() {
        return json.path("message_id").intValue(0);
    }

    /** First name of a person, or the username of a bot with its {@code @}; in channels too, where nobody else learns it. */
    public String author() {
        return author.name();
    }

    /** The text, or the caption of a file; empty if it has neither. */
    public String text() {
        return json.path("text").stringValue(json.path("caption").stringValue(""));
    }

    /** Labels of the buttons below it, row by row. */
    public List<List<String>> buttonRows() {
        var rows = new ArrayList<List<String>>();
        for (var row : json.at("/reply_markup/inline_keyboard")) {
            var labels = new ArrayList<String>();
            for (var button : row) labels.add(button.path("text").stringValue(""));
            rows.add(labels);
        }
        return rows;
    }

    /** Labels of the buttons below it, from left to right and from top to bottom. */
    public List<String> buttons() {
        return buttonRows().stream().flatMap(List::stream).toList();
    }

    /** The file in it; of a photo the largest size. */
    public Optional<Media> media() {
        for (var kind : MEDIA) {
            var node = json.get(kind);
            if (node == null) continue;
            var file = node.isArray() ? node.get(node.size() - 1) : node;
            var fileId = file.path("file_id").stringValue("");
            return Optional.of(new Media(kind, file.path("file_name").stringValue(""), world.content(seenBy, fileId)));
        }
        return Optional.empty();
    }

    /** What the messages of one album share. */
    public Optional<String> albumId() {
        return Optional.ofNullable(json.path("media_group_id").stringValue(null));
    }

    /** The id of the message that it answers. */
    public Optional<Integer> replyTo() {
        var id = json.at("/reply_to_message/message_id");
        return id.isMissingNode() ? Optional.empty() : Optional.of(id.intValue());
    }

    /** The part of that message that it means, if it means only a part. */
    public Optional<String> quote() {
        return Optional.ofNullable(json.at("/quote/text").stringValue(null));
    }

    /** The topic of a forum that it is in, {@code message_thread_id}. */
    public Optional<Integer> topic() {
        if (!json.path("is_topic_message").booleanValue(false)) return Optional.empty();
        return Optional.of(json.path("message_thread_id").intValue());
    }

    /** Whether it was said elsewhere before, or by somebody else. */
    public boolean isForwarded() {
        return json.has("forward_origin");
    }

    /** The whole {@code Message}, as a bot gets it. */
    public JsonNode json() {
        return json;
    }

    Happening.Place place() {
        return place;
    }

    /** The button of that label, null if there is none. */
    @Nullable
    JsonNode button(String label) {
        for (var row : json.at("/reply_markup/inline_keyboard")) {
            for (var button : row) if (button.path("text").stringValue("").equals(label)) return button;
        }
        return null;
    }

    /** Of the button that sends that; the data itself if there is none. */
    String labelOf(String data) {
        for (var row : json.at("/reply_markup/inline_keyboard")) {
            for (var button : row) {
                if (button.path("callback_data").stringValue("").equals(data)) {
                    return button.path("text").stringValue("");
                }
            }
        }
        return data;
    }

    /** Such as {@code Sure? [Yes] [No]}. */
    @Override
    public String toString() {
        var buttons = buttons().stream().map(label -> " [" + label + "]").collect(joining());
        return what() + buttons;
    }

    private String what() {
        for (var kind : MEDIA) {
            var file = json.get(kind);
            if (file == null) continue;
            var name = file.path("file_name").stringValue("");
            return "(" + kind + (name.isEmpty() ? "" : " " + name) + ")" + (text().isEmpty() ? "" : " " + text());
        }
        if (!text().isEmpty()) return text();
        // News about the chat: the field says which.
        var last = "";
        for (var property : json.properties()) {
            if (!FRAME.contains(property.getKey())) last = property.getKey();
        }
        return "(" + last + ")";
    }

    /** What every message has around its content. */
    private static final List<String> FRAME = List.of(
            "message_id",
            "from",
            "sender_chat",
            "chat",
            "date",
            "edit_date",
            "reply_markup",
            "reply_to_message",
            "quote",
            "forward_origin",
            "via_bot",
            "has_protected_content",
            "message_thread_id",
            "is_topic_message");
}
