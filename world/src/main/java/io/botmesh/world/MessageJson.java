package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Writes messages as one bot sees them, fields in the server's order, old names beside the new ones. */
final class MessageJson {
    private final FileJson files;
    private final boolean ephemeralIdIsZero;

    MessageJson(FileJson files, Assumptions assumptions) {
        this.files = files;
        ephemeralIdIsZero = assumptions.hold(Assumption.EPHEMERAL_ID_IS_ZERO);
    }

    FileJson files() {
        return files;
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
        var view = new Content.View(message, viewer, this, files);
        var posting = message.posting();
        var marks = posting.marks();
        json.object();
        var connection = message.chat().connection;
        if (connection != null) json.field("business_connection_id", connection.id);
        var whisper = marks.whisper();
        int id = whisper == null || ephemeralIdIsZero ? message.idFor(viewer) : whisper.id();
        json.field("message_id", id);
        writeSender(json, message);
        if (whisper != null) {
            whisper.receiver().write(json.name("receiver_user"));
            json.field("ephemeral_message_id", whisper.id());
        }
        message.chat().write(json.name("chat"));
        json.field("date", message.date());
        if (message.editDate() > 0) json.field("edit_date", message.editDate());
        if (marks.threadId() != 0) json.field("message_thread_id", marks.threadId());
        var direct = posting.direct();
        if (direct != null) direct.writeTopic(json);
        var origin = message.origin();
        if (origin != null) {
            origin.write(json.name("forward_origin"));
            if (marks.autoForwarded()) json.field("is_automatic_forward", true);
            origin.writeOld(json);
        }
        if (withReply) writeAnswering(json, posting.answering(), view);
        if (marks.mediaGroupId() != 0) json.field("media_group_id", Long.toString(marks.mediaGroupId()));
        message.content().write(json, view);
        if (direct != null) direct.writeSuggestion(json);
        var markup = message.markup();
        if (markup != null && markup.isInline()) markup.write(json.name("reply_markup"));
        if (posting.by().viaBot() != null) posting.by().viaBot().write(json.name("via_bot"));
        if (message.isProtected()) json.field("has_protected_content", true);
        if (marks.inTopic()) json.field("is_topic_message", true);
        if (marks.effectId() != 0) json.field("effect_id", Long.toString(marks.effectId()));
        if (marks.paidPost()) json.field("is_paid_post", true);
        if (marks.paidStars() != 0) json.field("paid_star_count", marks.paidStars());
        json.endObject();
    }

    private static void writeSender(JsonWriter json, Message message) {
        var chat = message.chat();
        var by = message.posting().by();
        boolean channel = chat.kind() == Chat.Kind.CHANNEL;
        if (!channel || by.senderChat() != null) by.from().write(json.name("from"));
        if (by.signature() != null) json.field("author_signature", by.signature());
        boolean shown = chat.kind() == Chat.Kind.SUPERGROUP && by.senderChat() == null;
        int boosts = shown ? chat.boosts().by(by.from()) : 0;
        if (boosts > 0) json.field("sender_boost_count", boosts);
        if (chat.connection != null && message.author().bot()) {
            message.author().write(json.name("sender_business_bot"));
        }
        var inTheNameOf = by.senderChat() != null ? by.senderChat() : channel ? chat : null;
        if (inTheNameOf != null) inTheNameOf.write(json.name("sender_chat"));
        var label = shown ? chat.member(by.from()).label() : null;
        if (label != null) json.field("sender_tag", label);
    }

    private void writeAnswering(JsonWriter json, Answering answering, Content.View view) {
        var message = view.message();
        var marks = message.posting().marks();
        // What is written into a topic answers its beginning, unless it answers something else.
        boolean begins = marks.inTopic() && marks.threadId() < message.id() && answering.external() == null;
        int root = begins ? marks.threadId() : 0;
        var answered = message.chat().message(answering.messageId() == 0 ? root : answering.messageId());
        if (answered != null) write(json.name("reply_to_message"), answered, view.viewer(), false);
        if (answering.external() != null) answering.external().write(json.name("external_reply"), view);
        if (answering.quote() != null) answering.quote().write(json.name("quote"));
        var part = answering.part();
        if (part == null) return;
        if (part.taskId() != 0) json.field("reply_to_checklist_task_id", part.taskId());
        else json.field("reply_to_poll_option_id", part.optionId());
    }
}
