package io.botmesh.bot;

import static io.botmesh.bot.Filters.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Sessions of handlers that ask: others change them meanwhile. */
@NullUnmarked
class ConversationSessionTest extends WithEmulator {
    record Visits(int count) {
        Visits plus(int more) {
            return new Visits(count + more);
        }
    }

    private static final SessionPart<Visits> VISITS = SessionPart.of("visits", Visits.class, () -> new Visits(0));

    private final MemorySessionStore store = new MemorySessionStore();
    private final Sessions sessions = new Sessions(store);

    /** Whoever asks meets a visit before the answer, and has counted that one and ten of its own after it. */
    private void meetsAVisit(UpdateHandler form) throws Exception {
        try (var bot = bot(options -> options)) {
            bot.use(sessions);
            bot.command("form", form);
            bot.command("visit", ctx -> {
                ctx.session(VISITS).update(visits -> visits.plus(1));
                tell(ctx);
            });
            bot.start();
            says("/form", "Name?");
            says("/visit", "1");
            says("Ann", "11");
        }
        assertThat(store.dump()).containsExactly("1\n{\"count\":11}");
        assertThat(sessions.stats().conflicts()).isZero();
    }

    private static void ask(Context ctx) throws InterruptedException {
        ctx.ask("Name?", message().text().unless(message().command("visit")));
    }

    private static void tell(Context ctx) throws InterruptedException {
        ctx.reply("" + ctx.session(VISITS).value().count());
    }

    /** What others change while the handler waits is seen after it, and what it changes is stored at its end. */
    @Test
    void aSessionIsReadAnewAfterAnAnswer() throws Exception {
        meetsAVisit(ctx -> {
            assertThat(ctx.session(VISITS).value().count()).isZero();
            ask(ctx);
            ctx.session(VISITS).update(visits -> visits.plus(10));
            tell(ctx);
        });
    }

    /** One object for the whole conversation is the obvious way to write it, and must not be one that nobody stores. */
    @Test
    void aSessionThatIsHeldOverAQuestionIsReadAnewAndStored() throws Exception {
        meetsAVisit(ctx -> {
            var visits = ctx.session(VISITS);
            assertThat(visits.value().count()).isZero();
            ask(ctx);
            visits.update(before -> before.plus(10));
            tell(ctx);
        });
    }

    @Test
    void whatIsChangedInPlaceAfterAnAnswerIsStored() throws Exception {
        var part = SessionPart.of("places", List.class, ArrayList::new);
        try (var bot = bot(options -> options)) {
            bot.use(sessions);
            bot.command("form", ctx -> {
                @SuppressWarnings("unchecked")
                List<Object> places = ctx.session(part).value();
                places.add(ctx.ask("Where?", message().text()));
                ctx.reply("" + ctx.session(part).value());
            });
            bot.start();
            says("/form", "Where?");
            says("Here", "[Here]");
        }
        assertThat(store.dump()).containsExactly("1\n[\"Here\"]");
    }
}
