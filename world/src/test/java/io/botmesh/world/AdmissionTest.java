package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Who gets in, and with which method. */
class AdmissionTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("a_bot");

    private String knock(World world, String token) {
        return Scene.refusal(Scene.now(world.call(new Call(token, false, "getMe", Arguments.none()))));
    }

    @Test
    void aWellFormedTokenThatIsNobodysIsUnauthorized() {
        assertThat(knock(scene.world, "123456:FAKE-token-for-tests-only-000000000"))
                .isEqualTo("401 Unauthorized");
    }

    @Test
    void theHostedServerDoesNotFindMalformedTokens() {
        for (var token : List.of("", "nonsense", "0123:abc", "12:" + "x".repeat(80), "-5:abc", "a:b")) {
            assertThat(knock(scene.world, token)).as(token).isEqualTo("404 Not Found");
        }
    }

    @Test
    void theOpenSourceServerSaysWhatIsWrongWithAToken() {
        var world = new Scene(WorldOptions.defaults().withProfile(Profile.OSS)).world;
        assertThat(knock(world, "0123:abc")).isEqualTo("401 Unauthorized: invalid token specified");
        assertThat(knock(world, "nonsense")).isEqualTo("401 Unauthorized: invalid token specified");
        assertThat(knock(world, "18014398509481984:abc")).isEqualTo("401 Unauthorized: invalid token specified");
        assertThat(knock(world, "a:b")).isEqualTo("421 Misdirected Request: unallowed token specified");
    }

    @Test
    void methodNamesKnowNoCase() {
        assertThat(scene.ok(bot, "GETme").get("id").asLong()).isEqualTo(bot.id());
        assertThat(scene.ok(bot, "", "method", "getme").get("id").asLong()).isEqualTo(bot.id());
    }

    @Test
    void undocumentedAliasesWork() {
        var channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
        assertThat(scene.raw(bot, "getChatMembersCount", "chat_id", Scene.text(channel.id())))
                .isEqualTo("2");
    }

    @Test
    void anUnknownMethodIsNotFoundAndARealOneThatIsNotBuiltSaysSo() {
        assertThat(scene.refusal(bot, "sendNonsense")).isEqualTo("404 Not Found: method not found");
        assertThat(scene.call(bot, "sendcustomrequest")).isEqualTo(new Reply.NotBuilt("sendCustomRequest"));
        assertThat(MethodNames.count()).isEqualTo(185);
    }

    @Test
    void theTokenIsCheckedBeforeTheMethod() {
        var reply = scene.world.call(
                new Call("123456:FAKE-token-for-tests-only-000000000", false, "sendNonsense", Arguments.none()));
        assertThat(Scene.refusal(Scene.now(reply))).isEqualTo("401 Unauthorized");
    }

    @Test
    void getMeSaysWhatTheBotMayDo() {
        assertThat(scene.raw(bot, "getMe"))
                .startsWith("{\"id\":" + bot.id()
                        + ",\"is_bot\":true,\"first_name\":\"a_bot\",\"username\":\"a_bot\",\"can_join_groups\":true,"
                        + "\"can_read_all_group_messages\":false,\"supports_inline_queries\":false,");
    }

    @Test
    void afterLogOutTheBotIsOutForTenMinutes() {
        assertThat(scene.raw(bot, "logOut")).isEqualTo("true");
        assertThat(scene.refusal(bot, "getMe")).isEqualTo("400 Logged out");
        scene.seconds(600);
        assertThat(scene.ok(bot, "getMe").get("id").asLong()).isEqualTo(bot.id());
    }

    @Test
    void closingIsRefusedInTheFirstTenMinutes() {
        scene.ok(bot, "getMe");
        scene.seconds(100);
        assertThat(scene.call(bot, "close"))
                .isEqualTo(new Reply.Failure(429, "Too Many Requests: retry after 500", 500, null));
        scene.seconds(500);
        assertThat(scene.raw(bot, "close")).isEqualTo("true");
    }

    @Test
    void whatDoesNotRunHasAlreadyBeenClosed() {
        var closed = "400 Bad Request: the bot has already been closed";
        assertThat(scene.refusal(bot, "CLOSE")).isEqualTo(closed);
        scene.ok(bot, "getMe");
        scene.seconds(600);
        assertThat(scene.raw(bot, "close")).isEqualTo("true");
        assertThat(scene.refusal(bot, "close")).isEqualTo(closed);
        assertThat(scene.refusal(bot, "", "method", "close")).isEqualTo(closed);
        // The server asks nobody whose token it is to find that out.
        var wrong = new Call("123456:FAKE-token-for-tests-only-000000000", false, "close", Arguments.none());
        assertThat(Scene.refusal(Scene.now(scene.world.call(wrong)))).isEqualTo(closed);
        scene.ok(bot, "getMe");
        assertThat(scene.call(bot, "close"))
                .isEqualTo(new Reply.Failure(429, "Too Many Requests: retry after 600", 600, null));
    }

    @Test
    void noTokenShowsInAnythingThatMayBeLogged() {
        assertThat(bot.toString()).doesNotContain(bot.token());
        assertThat(new Call(bot.token(), false, "getMe", Arguments.none()).toString())
                .doesNotContain(bot.token());
        assertThat(scene.world.stateJson(false)).doesNotContain(bot.token());
    }
}
