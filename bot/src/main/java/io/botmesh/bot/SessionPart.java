package io.botmesh.bot;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One kind of session: its name in the store, its type, and what it is kept by. A bot may have several, each with keys of
 * its own. Immutable; make it once.
 *
 * <pre>{@code
 * static final SessionPart<Cart> CART = SessionPart.of("cart", Cart.class, Cart::empty);
 * …
 * ctx.session(CART).update(cart -> cart.plus(item));
 * }</pre>
 *
 * @param <T> best a record; what is changed in place is noticed too
 */
public final class SessionPart<T> {
    private final String name;
    private final SessionCodec<T> codec;
    private final Supplier<? extends T> initial;
    private final Function<? super Context, @Nullable String> key;
    private final @Nullable Duration ttl;
    /** The first turns bytes of form 1 into form 2. */
    private final List<UnaryOperator<byte[]>> migrations;

    private SessionPart(
            String name,
            SessionCodec<T> codec,
            Supplier<? extends T> initial,
            Function<? super Context, @Nullable String> key,
            @Nullable Duration ttl,
            List<UnaryOperator<byte[]>> migrations) {
        this.name = name;
        this.codec = codec;
        this.initial = initial;
        this.key = key;
        this.ttl = ttl;
        this.migrations = migrations;
    }

    /**
     * A part that is stored as JSON and kept by {@link #byConversation}, for ever.
     *
     * @param name    in the store: do not change it, or the sessions are lost
     * @param initial what it is before it has been stored
     */
    public static <T> SessionPart<T> of(String name, Class<T> type, Supplier<? extends T> initial) {
        return of(name, JsonCodec.of(type), initial);
    }

    /** A part that is stored in another form. */
    public static <T> SessionPart<T> of(String name, SessionCodec<T> codec, Supplier<? extends T> initial) {
        var unkeyed = new SessionKey(0, name, "-"); // checks the name
        return new SessionPart<>(unkeyed.part(), codec, initial, SessionPart::byConversation, null, List.of());
    }

    /**
     * Kept by another key. The runner keeps updates apart by {@linkplain UpdateKey conversation}, not by this key: two
     * handlers may then be at one session at once, which is found out when the later one writes.
     *
     * @param key null for an update that has none
     */
    public SessionPart<T> withKey(Function<? super Context, @Nullable String> key) {
        return new SessionPart<>(name, codec, initial, key, ttl, migrations);
    }

    /** Forgotten so long after it was last changed. */
    public SessionPart<T> withTtl(Duration ttl) {
        if (!ttl.isPositive()) throw new IllegalArgumentException("ttl: " + ttl);
        return new SessionPart<>(name, codec, initial, key, ttl, migrations);
    }

    /**
     * What to do with a session of the form before: each call is one step further, the first one from the form of the first
     * program that stored any. Never remove one.
     *
     * @param old how sessions were stored until this step
     */
    public <A, B> SessionPart<T> withMigration(
            SessionCodec<A> old, SessionCodec<B> next, Function<? super A, ? extends B> step) {
        var all = new ArrayList<>(migrations);
        all.add(bytes -> next.encode(step.apply(old.decode(bytes))));
        return new SessionPart<>(name, codec, initial, key, ttl, List.copyOf(all));
    }

    /** {@link #withMigration(SessionCodec, SessionCodec, Function)} of JSON. */
    public <A, B> SessionPart<T> withMigration(Class<A> old, Class<B> next, Function<? super A, ? extends B> step) {
        return withMigration(JsonCodec.of(old), JsonCodec.of(next), step);
    }

    // ---- keys

    /**
     * What the runner keeps in order by default: chat and topic, each apart for every business account, or the user where
     * there is no chat. One handler at a time has such a session.
     */
    public static @Nullable String byConversation(Context ctx) {
        var key = UpdateKey.of(ctx.raw());
        if (key == null) return null;
        var place = key.chat() == null
                ? "user " + key.user()
                : "chat " + key.chat() + (key.thread() == null ? "" : "/" + key.thread());
        return key.business() == null ? place : place + " of " + key.business();
    }

    /** The chat, with all its topics. */
    public static @Nullable String byChat(Context ctx) {
        return ctx.raw().chatId() == null ? null : "chat " + ctx.raw().chatId();
    }

    /** The user, wherever it is. */
    public static @Nullable String byUser(Context ctx) {
        return ctx.raw().userId() == null ? null : "user " + ctx.raw().userId();
    }

    /** The user in this chat. */
    public static @Nullable String byMember(Context ctx) {
        return ctx.raw().chatId() == null || ctx.raw().userId() == null
                ? null
                : "chat " + ctx.raw().chatId() + " user " + ctx.raw().userId();
    }

    // ---- what a session needs of it

    String name() {
        return name;
    }

    @Nullable
    Duration ttl() {
        return ttl;
    }

    SessionKey keyOf(Context ctx) {
        var one = key.apply(ctx);
        if (one == null)
            throw new SessionException.NoKey(
                    "session " + name + ": this update (" + ctx.raw().kind() + ") has no key for it");
        return new SessionKey(ctx.me().id(), name, one);
    }

    T initial() {
        return initial.get();
    }

    byte[] encode(T value) {
        return codec.encode(value);
    }

    /** With the number of its form in front. */
    byte[] framed(byte[] encoded) {
        var form = (migrations.size() + 1 + "\n").getBytes(StandardCharsets.US_ASCII);
        var bytes = new byte[form.length + encoded.length];
        System.arraycopy(form, 0, bytes, 0, form.length);
        System.arraycopy(encoded, 0, bytes, form.length, encoded.length);
        return bytes;
    }

    T decode(SessionKey of, byte[] framed) {
        int end = 0;
        int form = 0;
        while (end < framed.length && end < 9 && framed[end] >= '0' && framed[end] <= '9')
            form = form * 10 + framed[end++] - '0';
        if (end == 0 || end == framed.length || framed[end] != '\n')
            throw new SessionException.Unreadable("session " + of + " is damaged", null);
        if (form < 1 || form > migrations.size() + 1)
            throw new SessionException.Unreadable(
                    "session " + of + " has form " + form + ", this program knows " + (migrations.size() + 1)
                            + ": a newer one wrote it",
                    null);
        var bytes = Arrays.copyOfRange(framed, end + 1, framed.length);
        try {
            for (var step : migrations.subList(form - 1, migrations.size())) bytes = step.apply(bytes);
            return codec.decode(bytes);
        } catch (RuntimeException damaged) {
            throw new SessionException.Unreadable("session " + of + " of form " + form + " cannot be read", damaged);
        }
    }

    @Override
    public String toString() {
        return "SessionPart[" + name + "]";
    }
}
