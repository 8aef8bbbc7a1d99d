package io.botmesh.bot;

import io.botmesh.botapi.Message;
import io.botmesh.botapi.MessageEntity;
import io.botmesh.botapi.MessageEntityType;
import io.botmesh.botapi.SendMessage;
import io.botmesh.botapi.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text with its styles and links, as entities: nothing in it is parsed, so nothing needs escaping.
 *
 * <pre>{@code
 * Rich.of("Dear ", bold(name), ", see ", link("https://example.com", "our ", italic("list")))
 * }</pre>
 *
 * <p>Parts are other texts of this kind, or anything else, taken by its {@code toString()}.
 *
 * @param text     with no markup in it
 * @param entities offsets and lengths in UTF-16 units, as everywhere in the Bot API; outer ones before inner ones
 * @see <a href="https://core.telegram.org/bots/api#messageentity">Bot API: MessageEntity</a>
 */
public record Rich(String text, List<MessageEntity> entities) {
    /** Most characters of a message, counted as the server does: a pair of surrogates is one. */
    public static final int MOST_IN_MESSAGE = 4096;
    /** Most characters under a photo or another file. */
    public static final int MOST_IN_CAPTION = 1024;

    private static final Comparator<MessageEntity> OUTER_FIRST = Comparator.comparingLong(MessageEntity::offset)
            .thenComparing(MessageEntity::length, Comparator.reverseOrder());

    /** @throws IllegalArgumentException if an entity is empty, reaches beyond the text or cuts a surrogate pair */
    public Rich {
        for (var entity : entities) check(text, entity);
        entities = entities.stream().sorted(OUTER_FIRST).toList();
    }

    private static void check(String text, MessageEntity entity) {
        long end = entity.offset() + entity.length();
        if (entity.offset() < 0 || entity.length() < 1 || end > text.length())
            throw new IllegalArgumentException(entity.type().value() + " at " + entity.offset() + ", length "
                    + entity.length() + ", of " + text.length());
        if (cutsPair(text, (int) entity.offset()) || cutsPair(text, (int) end))
            throw new IllegalArgumentException(entity.type().value() + " at " + entity.offset() + " cuts a character");
    }

    static boolean cutsPair(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
    }

    /** The parts, one behind the other. */
    public static Rich of(Object... parts) {
        var text = new StringBuilder();
        var entities = new ArrayList<MessageEntity>();
        for (var part : parts) {
            int at = text.length();
            if (part instanceof Rich rich) {
                text.append(rich.text);
                for (var entity : rich.entities) entities.add(at(entity, entity.offset() + at, entity.length()));
            } else {
                text.append(Objects.requireNonNull(part, "part"));
            }
        }
        return new Rich(text.toString(), entities);
    }

    /** The text or caption of a message; empty if it has neither. */
    public static Rich of(Message message) {
        if (message.text() != null) return of(message.text(), message.entities());
        return message.caption() == null ? of() : of(message.caption(), message.captionEntities());
    }

    private static Rich of(String text, @Nullable List<MessageEntity> entities) {
        return new Rich(text, entities == null ? List.of() : entities);
    }

    public static Rich bold(Object... parts) {
        return of(parts).within(MessageEntityType.BOLD);
    }

    public static Rich italic(Object... parts) {
        return of(parts).within(MessageEntityType.ITALIC);
    }

    public static Rich underline(Object... parts) {
        return of(parts).within(MessageEntityType.UNDERLINE);
    }

    public static Rich strikethrough(Object... parts) {
        return of(parts).within(MessageEntityType.STRIKETHROUGH);
    }

    /** Hidden until it is tapped. */
    public static Rich spoiler(Object... parts) {
        return of(parts).within(MessageEntityType.SPOILER);
    }

    /** In a fixed-width font, copied by a tap; holds no other style. */
    public static Rich code(Object text) {
        return of(text.toString()).within(MessageEntityType.CODE);
    }

    /** A block in a fixed-width font; holds no other style. */
    public static Rich pre(Object text) {
        return of(text.toString()).within(MessageEntityType.PRE);
    }

    /**
     * A block of code.
     *
     * @param language by which clients colour it, such as {@code java}
     */
    public static Rich pre(Object text, String language) {
        return of(text.toString()).within(entity(MessageEntityType.PRE).withLanguage(language));
    }

    public static Rich quote(Object... parts) {
        return of(parts).within(MessageEntityType.BLOCKQUOTE);
    }

    /** A quote that shows its beginning until it is tapped. */
    public static Rich expandableQuote(Object... parts) {
        return of(parts).within(MessageEntityType.EXPANDABLE_BLOCKQUOTE);
    }

    /** A link; the server drops one whose address it does not take and keeps the text. */
    public static Rich link(String url, Object... parts) {
        return of(parts).within(entity(MessageEntityType.TEXT_LINK).withUrl(url));
    }

    /** A mention of somebody, who may have no username: by first name. */
    public static Rich mention(User user) {
        return mention(user, user.firstName());
    }

    /** A mention of somebody the bot has met, under any name. */
    public static Rich mention(User user, Object... parts) {
        return of(parts).within(entity(MessageEntityType.TEXT_MENTION).withUser(user));
    }

    /** A mention of somebody the bot has met, under any name. */
    public static Rich mention(long userId, Object... parts) {
        return mention(User.of(userId, false, ""), parts);
    }

    /**
     * A custom emoji.
     *
     * @param emoji one plain emoji, for those who cannot see the custom one
     */
    public static Rich customEmoji(String customEmojiId, String emoji) {
        return of(emoji).within(entity(MessageEntityType.CUSTOM_EMOJI).withCustomEmojiId(customEmojiId));
    }

    /** The parts with something between each two. */
    public static Rich join(Object between, List<?> parts) {
        var all = new ArrayList<Object>();
        for (var part : parts) {
            if (!all.isEmpty()) all.add(between);
            all.add(part);
        }
        return of(all.toArray());
    }

    /** This and then more. */
    public Rich plus(Object... parts) {
        return of(this, of(parts));
    }

    /** All of it in one more entity around; nothing happens to an empty text. */
    private Rich within(MessageEntityType type) {
        return within(entity(type));
    }

    private Rich within(MessageEntity outer) {
        if (text.isEmpty()) return this;
        var all = new ArrayList<MessageEntity>();
        all.add(at(outer, 0, text.length()));
        all.addAll(entities);
        return new Rich(text, all);
    }

    private static MessageEntity entity(MessageEntityType type) {
        return MessageEntity.of(type, 0, 0);
    }

    static MessageEntity at(MessageEntity entity, long offset, long length) {
        return new MessageEntity(
                entity.type(),
                offset,
                length,
                entity.url(),
                entity.user(),
                entity.language(),
                entity.customEmojiId(),
                entity.unixTime(),
                entity.dateTimeFormat());
    }

    /** Characters as the server counts them: code points. */
    public int length() {
        return text.codePointCount(0, text.length());
    }

    public boolean isEmpty() {
        return text.isEmpty();
    }

    /** This as a message. Without regard to its length: see {@link #split()}. */
    public SendMessage message(long chatId) {
        return SendMessage.of(chatId, text).withEntities(entities);
    }

    /** As many messages as it takes, in order. */
    public List<Rich> split() {
        return split(MOST_IN_MESSAGE);
    }

    /** Parts of at most so many characters; see {@link #split(int, int)}. */
    public List<Rich> split(int most) {
        return split(most, most);
    }

    /**
     * Parts that fit, in order: cut between paragraphs, else lines, else words, else characters as people see them. Links,
     * mentions and code stay whole if they fit at all; other styles go on in the next part. No part is blank or has more
     * entities than the server keeps, which is 100; blanks at the cuts are lost.
     *
     * @param first  most characters of the first part, which may be the caption of a photo
     * @param others most characters of the others
     */
    public List<Rich> split(int first, int others) {
        if (first < 1 || others < 1) throw new IllegalArgumentException("most: " + first + ", " + others);
        return new RichSplitter(this, first, others).split();
    }

    /** The same for {@code parse_mode} HTML. */
    public String html() {
        return new HtmlWriter(this).write();
    }
}
