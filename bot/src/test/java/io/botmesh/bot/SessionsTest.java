package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.botmesh.bot.SessionStore.Change;
import io.botmesh.botapi.Api;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.User;
import io.botmesh.runner.Delivery;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SessionsTest {
    record Cart(List<String> items, int total) {
        static Cart empty() {
            return new Cart(List.of(), 0);
        }

        Cart plus(String item) {
            var all = new ArrayList<>(items);
            all.add(item);
            return new Cart(all, total + 1);
        }
    }

    static final class Mutable {
        public int count;
    }

    private static final SessionPart<Cart> CART = SessionPart.of("cart", Cart.class, Cart::empty);

    /** Counts what is asked of it. */
    private static final class Counting implements SessionStore {
        final MemorySessionStore store;
        final List<List<Change>> commits = new ArrayList<>();
        final List<List<Change>> ends = new ArrayList<>();
        int loads;

        Counting(MemorySessionStore store) {
            this.store = store;
        }

        @Override
        public Optional<Stored> load(SessionKey key) {
            loads++;
            return store.load(key);
        }

        @Override
        public void commit(List<Change> changes) {
            commits.add(changes);
            store.commit(changes);
        }

        @Override
        public void commit(List<Change> changes, Delivery<RawUpdate> delivery) {
            ends.add(changes);
            commit(changes);
        }
    }

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Counting store = new Counting(new MemorySessionStore(now::get));
    private final Sessions sessions = new Sessions(store, now::get);

    private static Context update(String rest) {
        var json = "{\"update_id\":1," + rest + "}";
        var nobody = (Api) Proxy.newProxyInstance(
                Api.class.getClassLoader(), new Class<?>[] {Api.class}, (proxy, method, arguments) -> {
                    throw new UnsupportedOperationException(method.getName());
                });
        return new Context(
                nobody,
                User.of(42, true, "Bot"),
                Delivery.of(RawUpdate.parse(json.getBytes(StandardCharsets.UTF_8)), 1));
    }

    private static Context message(long chat, long user) {
        return update("\"message\":{\"message_id\":1,\"date\":1,\"chat\":{\"id\":" + chat
                + ",\"type\":\"private\"},\"from\":{\"id\":" + user
                + ",\"is_bot\":false,\"first_name\":\"A\"},\"text\":\"t\"}");
    }

    /** What is stored after an update's end would be lost if the store then took it for a repetition. */
    @Test
    void line19OnlyTheLastOfSeveralSessionsEndsTheUpdate() throws Exception {
        var ctx = message(1, 1);
        sessions.handle(ctx, () -> {
            sessions.handle(ctx, () -> ctx.session(CART).update(cart -> cart.plus("inner")));
            ctx.session(CART.withKey(SessionPart::byMember)).update(cart -> cart.plus("outer"));
        });
        assertThat(store.commits).hasSize(2);
        assertThat(store.ends).containsExactly(store.commits.getLast());
        sessions.handle(ctx, () -> ctx.session(CART).update(cart -> cart.plus("behind")));
        assertThat(store.commits).hasSize(3);
        assertThat(store.ends).hasSize(1);
    }

    /** Of what comes after it, nothing would be done after a crash. */
    @Test
    void line19SessionsBesideOrBeforeOtherHandlersDoNotEndTheUpdate() throws Exception {
        UpdateHandler change = ctx -> ctx.session(CART).update(cart -> cart.plus("one"));
        var forked = new Composer();
        forked.fork().use(sessions).use(change);
        forked.use(ctx -> {});
        forked.handle(message(1, 1), Next.END);
        assertThat(store.commits).hasSize(1);
        var behind = new Composer();
        behind.fork().use(ctx -> {});
        behind.use(sessions).use(change);
        behind.handle(message(2, 2), Next.END);
        assertThat(store.commits).hasSize(2);
        var working = new Composer();
        working.workers(1, Filters.message()).use(sessions).use((ctx, next) -> {
            change.handle(ctx);
            next.proceed();
        });
        working.use(ctx -> {});
        working.handle(message(3, 3), Next.END);
        assertThat(store.commits).hasSize(3);
        assertThat(store.ends).isEmpty();
    }

    @Test
    void line19SessionsAroundForksAndWorkersAndTheLastOnesInWorkersEndTheUpdate() throws Exception {
        UpdateHandler change = ctx -> ctx.session(CART).update(cart -> cart.plus("one"));
        var around = new Composer();
        around.use(sessions);
        around.workers(1, Filters.message()).use((ctx, next) -> next.proceed());
        around.fork().use(change);
        around.use(ctx -> {});
        around.handle(message(1, 1), Next.END);
        assertThat(store.ends).hasSize(1);
        var within = new Composer();
        within.workers(1, Filters.message()).use(sessions).use(change);
        within.handle(message(2, 2), Next.END);
        assertThat(store.ends).hasSize(2);
    }

    private void handle(UpdateHandler handler) throws Exception {
        handle(sessions, message(7, 7), handler);
    }

    private static void handle(Sessions sessions, Context ctx, UpdateHandler handler) throws Exception {
        sessions.handle(ctx, () -> handler.handle(ctx));
    }

    private Cart stored() throws Exception {
        var found = new AtomicReference<@Nullable Cart>();
        handle(
                new Sessions(store.store),
                message(7, 7),
                ctx -> found.set(ctx.session(CART).value()));
        return Objects.requireNonNull(found.get());
    }

    @Test
    void aSessionIsLoadedOnAccessOnly() throws Exception {
        handle(ctx -> {});
        assertThat(store.loads).isZero();
        handle(ctx -> {
            ctx.session(CART).value();
            ctx.session(CART).value();
        });
        assertThat(store.loads).isEqualTo(1);
    }

    @Test
    void line26ASessionThatHasNotChangedIsNotWritten() throws Exception {
        handle(ctx -> ctx.session(CART).value());
        handle(ctx -> ctx.session(CART).set(Cart.empty()));
        assertThat(store.commits).isEmpty();
        handle(ctx -> ctx.session(CART).update(cart -> cart.plus("a")));
        assertThat(store.commits).hasSize(1);
        handle(ctx -> {
            ctx.session(CART).update(cart -> cart.plus("b"));
            ctx.session(CART).set(new Cart(List.of("a"), 1));
        });
        assertThat(store.commits).hasSize(1);
        assertThat(sessions.stats()).isEqualTo(new Sessions.Stats(4, 1, 0, 0));
    }

    @Test
    void whatIsChangedInPlaceIsWritten() throws Exception {
        var part = SessionPart.of("m", Mutable.class, Mutable::new);
        handle(ctx -> ctx.session(part).value().count++);
        handle(ctx -> ctx.session(part).value().count++);
        handle(ctx -> assertThat(ctx.session(part).value().count).isEqualTo(2));
        assertThat(store.commits).hasSize(2);
    }

    @Test
    void nothingIsWrittenIfTheHandlerFails() throws Exception {
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(ctx -> {
                    ctx.session(CART).update(cart -> cart.plus("a"));
                    throw new IllegalStateException("no");
                }));
        assertThat(store.commits).isEmpty();
        assertThat(stored()).isEqualTo(Cart.empty());
    }

    @Test
    void nullAndClearDelete() throws Exception {
        for (UpdateHandler end : List.<UpdateHandler>of(
                ctx -> ctx.session(CART).set(null), ctx -> ctx.session(CART).clear())) {
            handle(ctx -> ctx.session(CART).update(cart -> cart.plus("a")));
            handle(ctx -> assertThat(ctx.session(CART).exists()).isTrue());
            handle(ctx -> {
                end.handle(ctx);
                assertThat(ctx.session(CART).value()).isEqualTo(Cart.empty());
                assertThat(ctx.session(CART).exists()).isFalse();
            });
            assertThat(store.store.size()).isZero();
        }
        handle(ctx -> {
            ctx.session(CART).clear();
            ctx.session(CART).update(cart -> cart.plus("b"));
        });
        assertThat(stored()).isEqualTo(Cart.empty().plus("b"));
    }

    @Test
    void anUpdateWithoutAKeyFailsOnAccessAndSaysWhy() throws Exception {
        var poll = update(
                "\"poll\":{\"id\":\"1\",\"question\":\"q\",\"options\":[],\"total_voter_count\":0,\"is_closed\":false,"
                        + "\"is_anonymous\":true,\"type\":\"regular\",\"allows_multiple_answers\":false}");
        handle(sessions, poll, ctx -> {});
        assertThatExceptionOfType(SessionException.NoKey.class)
                .isThrownBy(() -> handle(sessions, poll, ctx -> ctx.session(CART)))
                .withMessage("session cart: this update (poll) has no key for it");
    }

    @Test
    void withoutTheMiddlewareTheMessageNamesIt() {
        assertThatIllegalStateException()
                .isThrownBy(() -> message(7, 7).session(CART))
                .withMessageContaining("bot.use(new Sessions(store))");
    }

    @Test
    void partsHaveKeysOfTheirOwnAndAreWrittenTogether() throws Exception {
        var user = CART.withKey(SessionPart::byUser);
        var settings = SessionPart.of("settings", Mutable.class, Mutable::new).withKey(SessionPart::byUser);
        UpdateHandler both = ctx -> {
            ctx.session(CART).update(cart -> cart.plus("chat " + ctx.raw().chatId()));
            ctx.session(settings).value().count++;
        };
        handle(sessions, message(1, 9), both);
        handle(sessions, message(2, 9), both);
        assertThat(store.commits).hasSize(2).allMatch(changes -> changes.size() == 2);
        handle(sessions, message(2, 9), ctx -> {
            assertThat(ctx.session(CART).value().items()).containsExactly("chat 2");
            assertThat(ctx.session(settings).value().count).isEqualTo(2);
            assertThat(ctx.session(user).value().items()).isEmpty();
        });
    }

    @Test
    void twoPartsOfOneNameAreToldApart() {
        var twin = SessionPart.of("cart", Mutable.class, Mutable::new);
        assertThatIllegalStateException()
                .isThrownBy(() -> handle(ctx -> {
                    ctx.session(CART);
                    ctx.session(twin);
                }));
    }

    @Test
    void aSessionIsForgottenSoLongAfterItsLastChange() throws Exception {
        var brief = CART.withTtl(Duration.ofMinutes(10));
        handle(ctx -> ctx.session(brief).update(cart -> cart.plus("a")));
        now.set(now.get().plus(Duration.ofMinutes(9)));
        handle(ctx -> ctx.session(brief).update(cart -> cart.plus("b")));
        now.set(now.get().plus(Duration.ofMinutes(9)));
        assertThat(stored().items()).containsExactly("a", "b");
        now.set(now.get().plus(Duration.ofMinutes(1)));
        assertThat(stored()).isEqualTo(Cart.empty());
    }

    // ---- forms

    record CartV1(String item) {}

    record CartV2(List<String> items) {}

    private static final SessionPart<CartV1> V1 = SessionPart.of("cart", CartV1.class, () -> new CartV1(""));
    private static final SessionPart<Cart> V3 = CART.withMigration(
                    CartV1.class, CartV2.class, old -> new CartV2(List.of(old.item())))
            .withMigration(
                    CartV2.class,
                    Cart.class,
                    old -> new Cart(old.items(), old.items().size()));

    @Test
    void anOldSessionIsBroughtToTheFormOfToday() throws Exception {
        handle(ctx -> ctx.session(V1).set(new CartV1("a")));
        handle(ctx -> assertThat(ctx.session(V3).value()).isEqualTo(new Cart(List.of("a"), 1)));
        assertThat(store.commits).hasSize(1);
        handle(ctx -> ctx.session(V3).update(cart -> cart.plus("b")));
        handle(ctx -> assertThat(ctx.session(V3).value()).isEqualTo(new Cart(List.of("a", "b"), 2)));
    }

    @Test
    void aSessionOfANewerProgramIsLeftAlone() throws Exception {
        handle(ctx -> ctx.session(V3).set(new Cart(List.of("a"), 1)));
        assertThatExceptionOfType(SessionException.Unreadable.class)
                .isThrownBy(() -> handle(ctx -> ctx.session(V1)))
                .withMessage("session cart of chat 7 has form 3, this program knows 1: a newer one wrote it");
        assertThat(store.commits).hasSize(1);
    }

    @Test
    void whatCannotBeReadIsLeftAlone() throws Exception {
        var key = new SessionKey(42, "cart", "chat 7");
        for (var damaged : List.of("", "1", "x\n{}", "1\nno", "1\n[]", "0\n{}")) {
            store.store.commit(List.of(Change.put(
                    key,
                    store.store.load(key).map(SessionStore.Stored::version).orElse(0L),
                    damaged.getBytes(StandardCharsets.UTF_8),
                    null)));
            assertThatExceptionOfType(SessionException.Unreadable.class)
                    .as(damaged)
                    .isThrownBy(() -> handle(ctx -> ctx.session(CART)));
        }
    }

    record Maps(Map<String, Integer> map) {}

    @Test
    void whatTheTypeDoesNotKnowIsPassedOverAndEqualMapsAreEqualBytes() {
        var codec = JsonCodec.of(Cart.class);
        assertThat(codec.decode("{\"items\":[\"a\"],\"total\":1,\"more\":{}}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new Cart(List.of("a"), 1));

        var one = new LinkedHashMap<String, Integer>();
        one.put("a", 1);
        one.put("b", 2);
        var two = new LinkedHashMap<String, Integer>();
        two.put("b", 2);
        two.put("a", 1);
        var maps = JsonCodec.of(Maps.class);
        assertThat(maps.encode(new Maps(one))).isEqualTo(maps.encode(new Maps(two)));
    }

    // ---- conflicts

    private void overtaken(Sessions mine, UpdateHandler change) throws Exception {
        handle(mine, message(7, 7), ctx -> {
            ctx.session(CART).value();
            handle(
                    new Sessions(store.store),
                    message(7, 7),
                    other -> other.session(CART).update(cart -> cart.plus("other")));
            change.handle(ctx);
        });
    }

    @Test
    void line26AnOvertakenWriteIsAConflictAndNothingOfItIsStored() throws Exception {
        var settings = SessionPart.of("settings", Mutable.class, Mutable::new);
        assertThatExceptionOfType(SessionException.Conflict.class)
                .isThrownBy(() -> overtaken(sessions, ctx -> {
                    ctx.session(settings).value().count++;
                    ctx.session(CART).update(cart -> cart.plus("mine"));
                }))
                .matches(conflict -> conflict.key().equals(new SessionKey(42, "cart", "chat 7")));
        assertThat(stored().items()).containsExactly("other");
        handle(ctx -> assertThat(ctx.session(settings).exists()).isFalse());
        assertThat(sessions.stats().conflicts()).isEqualTo(1);
    }

    @Test
    void line26FunctionsAreAppliedAgainIfAskedFor() throws Exception {
        var again = sessions.reapplying();
        overtaken(again, ctx -> {
            ctx.session(CART).update(cart -> cart.plus("mine"));
            ctx.session(CART).update(cart -> cart.plus("too"));
        });
        assertThat(stored()).isEqualTo(new Cart(List.of("other", "mine", "too"), 3));
        assertThat(again.stats().conflicts()).isEqualTo(1);
        assertThatExceptionOfType(SessionException.Conflict.class)
                .isThrownBy(() -> overtaken(again, ctx -> ctx.session(CART).set(new Cart(List.of("mine"), 1))));
        assertThatExceptionOfType(SessionException.Conflict.class)
                .isThrownBy(() -> overtaken(again, ctx -> {
                    ctx.session(CART).set(new Cart(List.of("mine"), 1));
                    ctx.session(CART).update(cart -> cart.plus("mine"));
                }));
        assertThatExceptionOfType(SessionException.Conflict.class)
                .isThrownBy(() -> overtaken(again, ctx -> ctx.session(CART).clear()));
    }
}
