package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Writes messages as one bot sees them, fields in the server's order, old names beside the new ones. */
final class MessageJson {
    private final FileStore files;

    MessageJson(FileStore files) {
        this.files = files;
    }

    /** The bytes {@code "kind":{…}} of an update. */
    byte[] update(UpdateKind kind, Message message, Bot viewer) {
        var json = new JsonWriter(512);
        write(json, message, viewer, true);
        var body = json.toBytes();
        var head = ('"' + kind.wireName() + "\":").getBytes(ISO_8859_1);
        var update = new byte[head.length + body.length];
        System.arraycopy(head, 0, update, 0, head.length);
        System.arraycopy(body, 0, update, head.length, body.length);
        return update;
    }

    String message(Message message, Bot viewer) {
        var json = new JsonWriter(512);
        write(json, message, viewer, true);
        return json.toString();
    }

    /** The answer to an edit, which leaves the answered message out. */
    String edited(Message message, Bot viewer) {
        var json = new JsonWriter(512);
        write(json, message, viewer, false);
        return json.toString();
    }

    void write(JsonWriter json, Message message, Bot viewer, boolean withReply) {
        var chat = message.chat();
        json.object().field("message_id", message.id());
        if (chat.kind() == Chat.Kind.CHANNEL) {
            chat.write(json.name("sender_chat"));
        } else {
            message.author().write(json.name("from"));
        }
        chat.write(json.name("chat"));
        json.field("date", message.date());
        if (message.editDate() > 0) json.field("edit_date", message.editDate());
        var origin = message.origin();
        if (origin != null) write(json, origin);
        var answered = withReply && message.replyTo() != 0 ? chat.message(message.replyTo()) : null;
        if (answered != null) write(json.name("reply_to_message"), answered, viewer, false);
        write(json, message, message.content(), viewer);
        var markup = message.markup();
        if (markup != null && markup.isInline()) markup.write(json.name("reply_markup"));
        if (message.isProtected()) json.field("has_protected_content", true);
        json.endObject();
    }

    private static void write(JsonWriter json, Origin origin) {
        json.name("forward_origin").object();
        switch (origin) {
            case Origin.FromChannel from -> {
                json.field("type", "channel");
                from.chat().write(json.name("chat"));
                json.field("message_id", from.messageId());
                if (from.signature() != null) json.field("author_signature", from.signature());
            }
            case Origin.FromUser from -> {
                json.field("type", "user");
                from.account().write(json.name("sender_user"));
            }
        }
        json.field("date", origin.date()).endObject();
        switch (origin) {
            case Origin.FromChannel from -> {
                from.chat().write(json.name("forward_from_chat"));
                json.field("forward_from_message_id", from.messageId());
                if (from.signature() != null) json.field("forward_signature", from.signature());
            }
            case Origin.FromUser from -> from.account().write(json.name("forward_from"));
        }
        json.field("forward_date", origin.date());
    }

    private void write(JsonWriter json, Message message, Content content, Bot viewer) {
        switch (content) {
            case Content.Text text -> {
                json.field("text", text.text().text());
                writeEntities(json, "entities", text.text());
                var preview = text.preview();
                if (preview != null && preview.shows(text.text())) preview.write(json.name("link_preview_options"));
            }
            case Content.Media media -> {
                writeMedia(json, media.file(), viewer);
                if (!media.caption().isEmpty()) {
                    json.field("caption", media.caption().text());
                    writeEntities(json, "caption_entities", media.caption());
                    if (media.captionAbove()) json.field("show_caption_above_media", true);
                }
            }
            case Content.Created created ->
                json.field(
                        created.kind() == Chat.Kind.CHANNEL ? "channel_chat_created" : "supergroup_chat_created", true);
            case Content.Pinned pin -> {
                json.name("pinned_message");
                var pinned = message.chat().message(pin.messageId());
                if (pinned != null) {
                    write(json, pinned, viewer, false);
                } else {
                    message.chat().write(json.object().name("chat"));
                    json.field("message_id", pin.messageId()).field("date", 0).endObject();
                }
            }
            case Content.Joined joined -> {
                joined.accounts().getFirst().write(json.name("new_chat_participant"));
                joined.accounts().getFirst().write(json.name("new_chat_member"));
                json.name("new_chat_members").array();
                for (var account : joined.accounts()) account.write(json);
                json.endArray();
            }
            case Content.Left left -> {
                left.account().write(json.name("left_chat_participant"));
                left.account().write(json.name("left_chat_member"));
            }
        }
    }

    private void writeMedia(JsonWriter json, FileRecord file, Bot viewer) {
        if (file.type() == FileRecord.Type.ANIMATION) {
            writeFile(json.name("animation"), file, viewer);
            // Old clients know an animation as a document only.
            writeFile(json.name("document"), file, viewer);
        } else {
            writeFile(json.name(file.type().field()), file, viewer);
        }
    }

    private void writeFile(JsonWriter json, FileRecord file, Bot viewer) {
        json.object();
        // Nothing looks into the bytes, so all sizes and durations are 0.
        switch (file.type()) {
            case DOCUMENT -> writeName(json, file);
            case ANIMATION -> {
                writeName(json, file);
                json.field("duration", 0).field("width", 0).field("height", 0);
            }
            case VIDEO -> {
                json.field("duration", 0).field("width", 0).field("height", 0);
                writeName(json, file);
            }
            case AUDIO -> writeName(json.field("duration", 0), file);
            case STICKER ->
                json.field("width", 0)
                        .field("height", 0)
                        .field("is_animated", false)
                        .field("is_video", false)
                        .field("type", "regular");
        }
        writeIds(json, file, viewer);
        json.endObject();
    }

    private static void writeName(JsonWriter json, FileRecord file) {
        if (!file.name().isEmpty()) json.field("file_name", file.name());
        json.field("mime_type", file.mimeType());
    }

    /** The fields that every file has. */
    void writeIds(JsonWriter json, FileRecord file, Bot viewer) {
        json.field("file_id", files.idFor(file, viewer)).field("file_unique_id", file.uniqueId());
        if (file.content().size() > 0) json.field("file_size", file.content().size());
    }

    static void writeEntities(JsonWriter json, String name, FormattedText text) {
        if (text.entities().isEmpty()) return;
        json.name(name).array();
        for (var entity : text.entities()) {
            json.object()
                    .field("offset", entity.offset())
                    .field("length", entity.length())
                    .field("type", entity.type().wireName());
            var argument = entity.argument();
            if (argument != null) {
                switch (entity.type()) {
                    case TEXT_LINK -> json.field("url", argument);
                    case PRE -> json.field("language", argument);
                    case CUSTOM_EMOJI -> json.field("custom_emoji_id", argument);
                    default -> {}
                }
            }
            var user = entity.user();
            if (user != null) user.write(json.name("user"));
            json.endObject();
        }
        json.endArray();
    }
}
