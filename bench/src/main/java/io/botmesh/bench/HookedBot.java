package io.botmesh.bench;

import io.botmesh.bot.Journals;
import io.botmesh.botapi.ApiOptions;
import io.botmesh.botapi.BotApi;
import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.runner.Keys;
import io.botmesh.runner.Runner;
import io.botmesh.runner.RunnerLimits;
import io.botmesh.runner.RunnerOptions;
import io.botmesh.webhook.AdmissionOptions;
import io.botmesh.webhook.Registration;
import io.botmesh.webhook.WebhookOptions;
import io.botmesh.webhook.WebhookServer;
import io.botmesh.webhook.WebhookServerOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The measured process: a bot behind a webhook, with a journal of files and handlers that take half a minute each. Prints its port, and
 * for each line that it reads how many updates it has: the only ones whose requests it may answer with 200.
 */
final class HookedBot {
    static final Duration HANDLER = Duration.ofSeconds(30);
    static final String PATH = "/bench";
    static final String SECRET = "bench-bench-bench";
    /** How long an update waits here for room before the answer is 503. */
    static final Duration ADMISSION = Duration.ofMillis(200);

    /** For half a minute of 500 updates a second there is room for all, or as good as none. */
    enum Room {
        ENOUGH,
        LITTLE;

        RunnerLimits limits() {
            return switch (this) {
                case ENOUGH -> RunnerLimits.defaults().withConcurrency(2 * Updates.CHATS);
                case LITTLE ->
                    RunnerLimits.defaults()
                            .withConcurrency(10)
                            .withPollLimit(10)
                            .withWatermarks(10, 20)
                            .withSpill(20);
            };
        }
    }

    private HookedBot() {}

    /** {@code ROOM}. */
    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        System.setOut(System.err); // whatever logs must not answer
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        var token = BotToken.parse("1000001:bench-bench-bench-bench-bench-benc");
        try (var folder = new Folder();
                var journal = Journals.open(folder.file("journal"), token);
                var api = new BotApi(ApiOptions.defaults(), token);
                var server = WebhookServer.start(WebhookServerOptions.defaults())) {
            var url = URI.create(server.uri() + PATH);
            // Nobody is told of the webhook, so nothing is sent to any server.
            var registration = Registration.at(url).withSecret(SECRET).withManagement(Registration.Management.NONE);
            var source = server.bot(
                    api,
                    WebhookOptions.at(url)
                            .withRegistration(registration)
                            .withAdmission(AdmissionOptions.defaults().withAdmission(ADMISSION)));
            var runner = new Runner<RawUpdate>(
                    source,
                    delivery -> Thread.sleep(HANDLER),
                    RunnerOptions.<RawUpdate>defaults()
                            .withJournal(journal)
                            .withKeys(Keys.sequentialize(RawUpdate::chatId))
                            .withLimits(Room.valueOf(args[0]).limits()));
            runner.start();
            out.println(url.getPort());
            for (var line = in.readLine(); line != null; line = in.readLine())
                out.println(journal.size() + runner.stats().succeeded());
            runner.stop(Duration.ZERO);
            source.close();
        }
    }
}
