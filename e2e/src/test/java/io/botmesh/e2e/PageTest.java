package io.botmesh.e2e;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Profile;
import io.botmesh.world.WorldOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A person uses the emulator's page in a real Chromium while a bot answers; {@code page/drive.mjs} is the person. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTest {
    private static final JsonMapper JSON = new JsonMapper();

    private Emulator emulator = Emulator.start();
    private final int apiPort = emulator.api().getPort();
    private final int controlPort = emulator.control().getPort();
    private final PageBot bot = new PageBot();

    @BeforeAll
    static void prepare() throws Exception {
        PageDriver.prepare();
    }

    @AfterEach
    void close() {
        bot.stop();
        emulator.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chat",
                "topics",
                "keysAndPlaces",
                "payment",
                "richMessage",
                "inlineMode",
                "anything",
                "queues",
                "faultsAndLimits",
                "webhooks",
                "hostileText",
                "restart",
                "withoutClipboard",
                "phone"
            })
    void aPersonUsesThePage(String scenario) throws Exception {
        PageDriver.drive(scenario, emulator, this::serve);
    }

    private EmulatorOptions samePorts() {
        return EmulatorOptions.defaults().withPort(apiPort).withControlPort(controlPort);
    }

    private void serve(JsonNode asked) throws Exception {
        switch (asked.get("event").stringValue()) {
            case "bot" -> bot.start(emulator.api(), asked.get("token").stringValue());
            case "stop" -> bot.stop();
            case "say" ->
                PageBot.call(
                        emulator.api(),
                        asked.get("token").stringValue(),
                        "sendMessage",
                        JSON.writeValueAsString(java.util.Map.of(
                                "chat_id", asked.get("chat").longValue(),
                                "parse_mode", "HTML",
                                "text", asked.get("text").stringValue())));
            case "down" -> {
                bot.stop();
                emulator.close();
            }
            case "up" -> emulator = Emulator.start(samePorts());
            case "local" -> {
                emulator.close();
                emulator = Emulator.start(
                        samePorts().withWorld(WorldOptions.defaults().withProfile(Profile.LOCAL)));
            }
            default -> throw new IllegalArgumentException(asked.toString());
        }
    }
}
