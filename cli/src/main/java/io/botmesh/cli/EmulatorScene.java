package io.botmesh.cli;

import io.botmesh.botapi.BotToken;
import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes bots and channels in a running emulator, over its control API. */
final class EmulatorScene {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 1 << 20;

    private final URI control;
    private final Transport transport;
    /** Names of bots are unique in the emulator, and this is not the first mesh there. */
    private final String mark =
            HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());

    private int bots;

    /** A bot that was made. */
    record Bot(BotToken token, String username) {}

    EmulatorScene(String control, Transport transport) {
        this.transport = transport;
        try {
            this.control = URI.create(control.endsWith("/") ? control : control + "/");
            if (this.control.getHost() == null) throw new IllegalArgumentException("no host");
        } catch (IllegalArgumentException wrong) {
            throw CommandException.wrongUse(
                    "--emulator takes the address of its control API, such as http://127.0.0.1:8082", wrong);
        }
    }

    /** A bot, which talks with other bots if they are to. */
    Bot bot(String role, boolean toBots) throws InterruptedException {
        String username = role + "_" + mark + "_" + ++bots + "_bot";
        var made = post("control/bots", Map.of("username", username, "bot_to_bot", toBots));
        return new Bot(BotToken.parse(made.text("token")), username);
    }

    /**
     * A channel where the readers are, and the writers may post.
     *
     * @param keeper the reader that also pins there, null for none
     */
    long channel(String title, List<BotToken> readers, List<BotToken> writers, @Nullable BotToken keeper)
            throws InterruptedException {
        var admins = new ArrayList<Map<String, ?>>();
        for (BotToken reader : readers) {
            List<String> rights = reader.equals(keeper) ? List.of("can_post_messages", "can_edit_messages") : List.of();
            admins.add(Map.of("bot", reader.botId(), "rights", rights));
        }
        for (BotToken writer : writers)
            admins.add(Map.of("bot", writer.botId(), "rights", List.of("can_post_messages")));
        return post("control/channels", Map.of("title", title, "admins", admins))
                .number("chat_id");
    }

    /** A channel for one bot alone. */
    long scratch(String title, BotToken reader) throws InterruptedException {
        return post("control/channels", Map.of("title", title, "admins", List.of(Map.of("bot", reader.botId()))))
                .number("chat_id");
    }

    private JsonObject post(String path, Map<String, ?> body) throws InterruptedException {
        var request = new Transport.Request(
                control.resolve(path),
                Transport.Body.of("application/json", Json.write(body).getBytes(StandardCharsets.UTF_8)),
                Transport.Lane.CALL);
        try (var answer = transport.execute(request, PATIENCE)) {
            String text = new String(answer.body().readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            if (answer.status() == 200) return Json.parseObject(text);
            throw CommandException.failed("the emulator at " + control + " refused " + path + " (" + answer.status()
                    + "): is that its control API, and is it without a secret?");
        } catch (TransportException | IOException away) {
            throw CommandException.failed(
                    "cannot reach the emulator at " + control + "; start it with: botmesh emulator --control-port 8082",
                    away);
        } catch (IllegalArgumentException other) {
            throw CommandException.failed(
                    "what answers at " + control + " is no emulator's control API; botmesh emulator prints its address",
                    other);
        }
    }
}
