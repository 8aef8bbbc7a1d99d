package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a message answers.
 *
 * @param messageId a message of the same chat, 0 for none
 * @param external  a message of another chat, null for none
 * @param quote     the part of its words that is meant, null for all
 * @param part      the task or answer that is meant, null for all
 */
record Answering(
        int messageId,
        @Nullable ExternalReply external,
        @Nullable Quote quote,
        @Nullable Part part) {
    /** One task of a checklist, or one answer of a poll. */
    record Part(int taskId, String optionId) {}

    static final Answering NOTHING = new Answering(0, null, null, null);

    static Answering to(int messageId) {
        return messageId == 0 ? NOTHING : new Answering(messageId, null, null, null);
    }

    /** A message of another chat. */
    static Answering to(Message external) {
        return new Answering(0, ExternalReply.to(external), null, null);
    }

    Answering quoting(@Nullable Quote words) {
        return new Answering(messageId, external, words, part);
    }

    Answering about(@Nullable Part one) {
        return new Answering(messageId, external, quote, one);
    }

    boolean differsByBot(Chat chat) {
        if (external != null) return !external.content().files().isEmpty();
        var answered = messageId == 0 ? null : chat.message(messageId);
        return answered != null && answered.content().differsByBot(answered);
    }
}
