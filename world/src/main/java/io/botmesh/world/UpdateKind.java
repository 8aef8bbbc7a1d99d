package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an update can be about: the field of {@code Update} that holds it. */
enum UpdateKind {
    MESSAGE,
    EDITED_MESSAGE,
    CHANNEL_POST,
    EDITED_CHANNEL_POST,
    BUSINESS_CONNECTION,
    BUSINESS_MESSAGE,
    EDITED_BUSINESS_MESSAGE,
    DELETED_BUSINESS_MESSAGES,
    GUEST_MESSAGE,
    MESSAGE_REACTION,
    MESSAGE_REACTION_COUNT,
    INLINE_QUERY,
    CHOSEN_INLINE_RESULT,
    CALLBACK_QUERY,
    SHIPPING_QUERY,
    PRE_CHECKOUT_QUERY,
    PURCHASED_PAID_MEDIA,
    POLL,
    POLL_ANSWER,
    MY_CHAT_MEMBER,
    CHAT_MEMBER,
    CHAT_JOIN_REQUEST,
    CHAT_BOOST,
    REMOVED_CHAT_BOOST,
    MANAGED_BOT,
    SUBSCRIPTION;

    /** What a bot gets that never asked for anything else. */
    static final Set<UpdateKind> BY_DEFAULT =
            Set.copyOf(EnumSet.complementOf(EnumSet.of(CHAT_MEMBER, MESSAGE_REACTION, MESSAGE_REACTION_COUNT)));

    private final String wireName = name().toLowerCase(Locale.ROOT);

    String wireName() {
        return wireName;
    }

    /** How long such an update waits before it vanishes, in seconds after what it tells happened. */
    int lifeSeconds() {
        return switch (this) {
            case CALLBACK_QUERY, SHIPPING_QUERY, PRE_CHECKOUT_QUERY -> 150;
            case INLINE_QUERY -> 30;
            case CHOSEN_INLINE_RESULT -> 600;
            default -> 86_400;
        };
    }

    /**
     * The queue in which a webhook keeps such updates in order: messages by their chat, polls by the poll, the rest by kind
     * and by the user who acts, the member it is about or the chat where it happens.
     *
     * @param subject       the id of that chat, user or poll, 0 for an update that stands alone
     * @param businessApart whether messages of businesses and purchases do not wait for other messages
     */
    long lane(long subject, boolean businessApart) {
        return subject == 0 ? 0 : subject + shift(businessApart);
    }

    /** Whose lane it is. */
    long subject(long lane, boolean businessApart) {
        return lane == 0 ? 0 : lane - shift(businessApart);
    }

    /** The kind of the bytes {@code "kind":{…}}. */
    static UpdateKind of(byte[] payload) {
        int end = 1;
        while (payload[end] != '"') end++;
        var name = new String(payload, 1, end - 1, ISO_8859_1);
        for (var kind : values()) if (kind.wireName().equals(name)) return kind;
        throw new IllegalArgumentException("no kind of update " + name);
    }

    private long shift(boolean businessApart) {
        long shift = switch (this) {
            case INLINE_QUERY -> 1;
            case CHOSEN_INLINE_RESULT -> 2;
            case CALLBACK_QUERY -> 3;
            case SHIPPING_QUERY, PRE_CHECKOUT_QUERY -> 4;
            case MY_CHAT_MEMBER -> 5;
            case CHAT_MEMBER, CHAT_JOIN_REQUEST -> 6;
            case CHAT_BOOST, REMOVED_CHAT_BOOST -> 7;
            case MESSAGE_REACTION -> 8;
            case MESSAGE_REACTION_COUNT -> 9;
            case BUSINESS_CONNECTION -> 10;
            case DELETED_BUSINESS_MESSAGES -> 11;
            case BUSINESS_MESSAGE, EDITED_BUSINESS_MESSAGE -> businessApart ? 12 : 0;
            case PURCHASED_PAID_MEDIA -> businessApart ? 13 : 0;
            default -> 0;
        };
        return shift << 33;
    }

    /**
     * Reads {@code allowed_updates}.
     *
     * @return empty if the value says nothing, so that what was asked for before stays
     */
    static Optional<Set<UpdateKind>> parseAllowed(@Nullable String json) {
        var array = Lenient.json(json);
        if (array == null || !array.isArray()) return Optional.empty();
        var allowed = EnumSet.noneOf(UpdateKind.class);
        for (var element : array.values()) {
            if (!element.isString()) return Optional.empty();
            var name = element.stringValue().toLowerCase(Locale.ROOT);
            for (var kind : values()) if (kind.wireName.equals(name)) allowed.add(kind);
        }
        return Optional.of(allowed.isEmpty() ? BY_DEFAULT : Set.copyOf(allowed));
    }
}
