package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/**
 * What a message carries beside its content and its sender.
 *
 * @param threadId       topic or thread it belongs to, 0 for none
 * @param inTopic        whether that thread is a topic
 * @param mediaGroupId   what the messages of one album share, 0 for none
 * @param effectId       animation that is shown with it, 0 for none
 * @param isProtected    whether it may not be forwarded or saved
 * @param autoForwarded  whether a channel's post came to its discussion group by itself
 * @param paidStars      Stars that its sender paid, 0 for none
 * @param paidPost       whether somebody paid for its being posted
 * @param whisper        that only one member sees it, null for all others
 */
record Marks(
        int threadId,
        boolean inTopic,
        long mediaGroupId,
        long effectId,
        boolean isProtected,
        boolean autoForwarded,
        int paidStars,
        boolean paidPost,
        @Nullable Whisper whisper) {
    static final Marks NONE = new Marks(0, false, 0, 0, false, false, 0, false, null);

    Marks withThread(int id, boolean topic) {
        return new Marks(id, topic, mediaGroupId, effectId, isProtected, autoForwarded, paidStars, paidPost, whisper);
    }

    Marks withMediaGroup(long id) {
        return new Marks(threadId, inTopic, id, effectId, isProtected, autoForwarded, paidStars, paidPost, whisper);
    }

    Marks withEffect(long id) {
        return new Marks(threadId, inTopic, mediaGroupId, id, isProtected, autoForwarded, paidStars, paidPost, whisper);
    }

    Marks withProtection(boolean on) {
        return new Marks(threadId, inTopic, mediaGroupId, effectId, on, autoForwarded, paidStars, paidPost, whisper);
    }

    Marks withAutoForward(boolean on) {
        return new Marks(threadId, inTopic, mediaGroupId, effectId, isProtected, on, paidStars, paidPost, whisper);
    }

    Marks withPaidStars(int stars) {
        return new Marks(
                threadId, inTopic, mediaGroupId, effectId, isProtected, autoForwarded, stars, paidPost, whisper);
    }

    Marks withPaidPost(boolean on) {
        return new Marks(threadId, inTopic, mediaGroupId, effectId, isProtected, autoForwarded, paidStars, on, whisper);
    }

    Marks withWhisper(@Nullable Whisper to) {
        return new Marks(
                threadId, inTopic, mediaGroupId, effectId, isProtected, autoForwarded, paidStars, paidPost, to);
    }
}
