package io.botmesh.world;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message in its chat. */
final class Message {
    private final Chat chat;
    private final int id;
    private final long date;
    private final Posting posting;
    private Content content;
    private @Nullable ReplyMarkup markup;
    private long editDate;
    private @Nullable Map<Long, Integer> idsOfBots;

    /**
     * The same message elsewhere, which changes with it: in the other chat of two bots that write to each other, or of a
     * post in the discussion group.
     */
    @Nullable
    Message twin;

    Message(Chat chat, int id, long date, Posting posting) {
        this.chat = chat;
        this.id = id;
        this.date = date;
        this.posting = posting;
        this.content = posting.content();
        this.markup = posting.markup();
    }

    Chat chat() {
        return chat;
    }

    int id() {
        return id;
    }

    /** The id by which a bot knows it, which only in basic groups differs from bot to bot. */
    int idFor(Bot viewer) {
        return idsOfBots == null ? id : idsOfBots.getOrDefault(viewer.id(), id);
    }

    void number(Bot viewer, int own) {
        if (idsOfBots == null) idsOfBots = new HashMap<>();
        idsOfBots.put(viewer.id(), own);
    }

    /** Unix seconds. */
    long date() {
        return date;
    }

    /** Unix seconds, 0 if never edited. */
    long editDate() {
        return editDate;
    }

    /** Who sent it, which in a channel nobody is told. */
    Account author() {
        return posting.author();
    }

    boolean isBy(Bot bot) {
        return posting.author().id() == bot.id();
    }

    /** As it was sent; the content and the keyboard may be others now. */
    Posting posting() {
        return posting;
    }

    Content content() {
        return content;
    }

    @Nullable
    ReplyMarkup markup() {
        return markup;
    }

    @Nullable
    Origin origin() {
        return posting.origin();
    }

    /** The message that it answers, 0 for none. */
    int replyTo() {
        return posting.answering().messageId();
    }

    /** By itself, or because nothing may be taken out of its chat. */
    boolean isProtected() {
        return posting.marks().isProtected() || chat.profile().isProtected;
    }

    void edit(Content newContent, @Nullable ReplyMarkup newMarkup, long now) {
        content = newContent;
        markup = newMarkup;
        editDate = now;
    }

    /** Another content that nobody is told of. */
    void settle(Content newContent) {
        content = newContent;
    }

    /** The file ids in it, or in what it shows of other messages, differ from bot to bot. */
    boolean differsByBot() {
        return idsOfBots != null
                || content.differsByBot(this)
                || posting.answering().differsByBot(chat);
    }
}
