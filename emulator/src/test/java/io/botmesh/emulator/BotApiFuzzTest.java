package io.botmesh.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.botmesh.world.Admin;
import io.botmesh.world.Call;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Profile;
import io.botmesh.world.Reply;
import io.botmesh.world.StoredFile;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import io.botmesh.world.WorldOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Any bytes on a connection to the Bot API, with a world behind it that knows a bot with the token {@code 7:t}. */
class BotApiFuzzTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<Scene> SCENES = new ArrayList<>();

    /** A world that is new for every input, behind a server that is not. */
    private static final class Scene implements BotApiHandler.Backend {
        private final Profile profile;
        private final Spool spool = new Spool();
        private final LocalHttp server;
        private VirtualClock clock = new VirtualClock(Instant.EPOCH);
        private @Nullable World world;

        Scene(Profile profile) throws Exception {
            this.profile = profile;
            server = new LocalHttp(
                    new BotApiHandler(this, profile, HttpOptions.defaults(), () -> clock.instant(), spool));
        }

        List<LocalHttp.Answer> answers(byte[] connection) throws Exception {
            return server.answers(connection, this::passTime);
        }

        void close() {
            server.close();
            spool.close();
        }

        void reset() {
            clock = new VirtualClock(Instant.parse("2026-01-01T00:00:00Z"));
            var fresh = new World(WorldOptions.defaults().withProfile(profile), clock, 1);
            var bot = fresh.addBot("fuzz_bot", "7:t");
            var person = fresh.addUser("Ann", null);
            fresh.addChannel("c", "channel", List.of(Admin.full(bot.id())));
            fresh.people().say(person.id(), bot.id(), Outgoing.text("hello"));
            world = fresh;
        }

        World world() {
            if (world == null) throw new IllegalStateException("no world yet");
            return world;
        }

        void passTime() {
            clock.moveTo(clock.instant().plus(Duration.ofSeconds(1)));
            world().tick();
        }

        @Override
        public CompletableFuture<Reply> call(Call call) {
            return world().call(call);
        }

        @Override
        public @Nullable StoredFile file(String token, String path) {
            return world().file(token, path);
        }
    }

    @BeforeAll
    static void start() throws Exception {
        for (var profile : Profile.values()) SCENES.add(new Scene(profile));
    }

    @AfterAll
    static void stop() {
        SCENES.forEach(Scene::close);
        SCENES.clear();
    }

    /** Otherwise the one below would hold for a server that is silent. */
    @Test
    void theServerThatIsFedAnswersEachRequestOfAConnection() throws Exception {
        var scene = SCENES.getFirst();
        scene.reset();
        var getMe = "GET /bot7:t/getMe HTTP/1.1\r\nHost: a\r\n\r\n";
        var longPoll = "GET /bot7:t/getUpdates?offset=-1&timeout=20 HTTP/1.1\r\nHost: a\r\n\r\n";
        var requests = getMe + longPoll + getMe.replace("getMe", "getYou");
        var answers = scene.answers(requests.getBytes(StandardCharsets.US_ASCII));
        assertThat(answers).extracting(LocalHttp.Answer::status).containsExactly(200, 200, 404);
        assertThat(answers.get(0).body()).contains("fuzz_bot");
    }

    @FuzzTest(maxDuration = "60s")
    void everyAnswerIsWellFormedAndNoneBlamesTheServer(byte[] connection) throws Exception {
        for (var scene : SCENES) {
            scene.reset();
            for (var answer : scene.answers(connection)) {
                assertThat(answer.status()).as(answer.body()).isNotIn(500, 502, 503);
                if (answer.isJson()) {
                    assertThat(answer.body().chars()).allMatch(c -> c < 0x80);
                    var json = JSON.readTree(answer.body());
                    assertThat(json.required("ok").booleanValue()).isEqualTo(answer.status() == 200);
                }
            }
            JSON.readTree(scene.world().stateJson(true));
        }
    }
}
