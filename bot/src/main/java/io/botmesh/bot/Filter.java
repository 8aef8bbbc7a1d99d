package io.botmesh.bot;

import io.botmesh.botapi.Chat;
import io.botmesh.botapi.ChatType;
import io.botmesh.botapi.UpdateKind;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says which updates a handler wants, and takes out of them what it works with. Immutable; {@link Filters} has the ready
 * ones, which begin with the kind of the update: from that the bot knows what to ask the server for, and which handlers
 * need not be asked about an update at all.
 *
 * @param <T> what is taken out
 */
public class Filter<T> {
    /** Takes something out of an update, or null if the update is not meant. */
    @FunctionalInterface
    public interface Extract<T> {
        @Nullable
        T from(Context ctx);
    }

    /** Makes something else of what was taken out, or null if the update is not meant. */
    @FunctionalInterface
    public interface Mapping<T, R> {
        @Nullable
        R of(T value);
    }

    private final long kinds;
    private final Extract<? extends T> extract;
    private final @Nullable Discriminator discriminator;

    Filter(long kinds, Extract<? extends T> extract) {
        this(kinds, extract, null);
    }

    Filter(long kinds, Extract<? extends T> extract, @Nullable Discriminator discriminator) {
        this.kinds = kinds;
        this.extract = extract;
        this.discriminator = discriminator;
    }

    /** Updates of any kind from which the function takes something; null means that the update is not meant. */
    public static <T> Filter<T> of(Extract<? extends T> extract) {
        return new Filter<>(Kinds.ANY, extract);
    }

    /** Updates of any kind that the predicate accepts. */
    public static Filter<Context> when(Predicate<? super Context> accepts) {
        return new Filter<>(Kinds.ANY, ctx -> accepts.test(ctx) ? ctx : null);
    }

    /** What this filter takes out of the update, or null if it does not match. */
    public final @Nullable T match(Context ctx) {
        return (kinds & ctx.kindBit()) == 0 ? null : extract.from(ctx);
    }

    /** Whether it matches. */
    public final boolean matches(Context ctx) {
        return match(ctx) != null;
    }

    /** The kinds of updates that it can match; all that this version knows if it does not depend on the kind. */
    public final List<UpdateKind> kinds() {
        return Kinds.of(kinds);
    }

    final long kindBits() {
        return kinds;
    }

    final @Nullable Discriminator discriminator() {
        return discriminator;
    }

    /** What both match; takes out what this one does. */
    public final Filter<T> and(Filter<?> other) {
        return new Filter<>(
                kinds & other.kinds,
                ctx -> {
                    T value = match(ctx);
                    return value == null || other.match(ctx) == null ? null : value;
                },
                discriminator == null ? other.discriminator : discriminator);
    }

    /** What at least one matches; takes out what the first does that matches. */
    public final Filter<T> or(Filter<? extends T> other) {
        return new Filter<>(kinds | other.kinds, ctx -> {
            T value = match(ctx);
            return value == null ? other.match(ctx) : value;
        });
    }

    /** What this one matches and the other does not. */
    public final Filter<T> unless(Filter<?> other) {
        return where((ctx, value) -> other.match(ctx) == null);
    }

    /** Only if the predicate accepts what is taken out. */
    public final Filter<T> where(Predicate<? super T> accepts) {
        return where((ctx, value) -> accepts.test(value));
    }

    /** Only if the predicate accepts update and what is taken out of it. */
    public final Filter<T> where(BiPredicate<? super Context, ? super T> accepts) {
        return new Filter<>(
                kinds,
                ctx -> {
                    T value = match(ctx);
                    return value == null || !accepts.test(ctx, value) ? null : value;
                },
                discriminator);
    }

    /** Takes out something else, made of what this one does; null means that the update is not meant. */
    public final <R> Filter<R> map(Mapping<? super T, ? extends R> mapping) {
        return new Filter<>(
                kinds,
                ctx -> {
                    T value = match(ctx);
                    return value == null ? null : mapping.of(value);
                },
                discriminator);
    }

    /** Only in chats of these types. */
    public final Filter<T> in(ChatType... types) {
        Set<ChatType> wanted = Set.of(types);
        return where((ctx, value) -> {
            Chat chat = ctx.chatOrNull();
            return chat != null && wanted.contains(chat.type());
        });
    }

    /** Only in private chats. */
    public final Filter<T> inPrivate() {
        return in(ChatType.PRIVATE);
    }

    /** Only in groups and supergroups. */
    public final Filter<T> inGroups() {
        return in(ChatType.GROUP, ChatType.SUPERGROUP);
    }

    @Override
    public String toString() {
        return "Filter" + (kinds == Kinds.ANY ? "" : kinds());
    }
}
