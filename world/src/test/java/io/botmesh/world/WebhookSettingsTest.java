package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How webhooks are set, changed, deleted and told about. */
class WebhookSettingsTest {
    private final WebhookScene hook = new WebhookScene();
    private final Scene scene = hook.scene;
    private final BotAccount bot = hook.bot;

    private String refusal(String... namesAndValues) {
        scene.seconds(2);
        return scene.refusal(bot, "setWebhook", namesAndValues);
    }

    private static String refusal(WorldOptions options, String url, String ipAddress) {
        var other = new WebhookScene(options);
        return Scene.refusal(other.scene.call(other.bot, "setWebhook", "url", url, "ip_address", ipAddress));
    }

    @Test
    void theAnswerSaysWhatHasChanged() {
        assertThat(scene.call(bot, "deleteWebhook")).isEqualTo(new Reply.Ok("true", "Webhook is already deleted"));
        hook.set();
        scene.seconds(2);
        assertThat(scene.call(bot, "setWebhook", "url", WebhookScene.URL))
                .isEqualTo(new Reply.Ok("true", "Webhook is already set"));
        assertThat(scene.call(bot, "setWebhook")).isEqualTo(new Reply.Ok("true", "Webhook was deleted"));
        scene.seconds(2);
        hook.set();
        assertThat(scene.call(bot, "deleteWebhook")).isEqualTo(new Reply.Ok("true", "Webhook was deleted"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret_token=abc",
                "max_connections=7",
                "ip_address=9.9.9.9",
                "drop_pending_updates=true",
                "url=https://bot.example.org/other"
            })
    void whatDiffersSetsItAnew(String argument) {
        hook.set();
        scene.seconds(2);
        var parts = argument.split("=", 2);
        assertThat(scene.call(bot, "setWebhook", parts[0], parts[1], "url", WebhookScene.URL))
                .isEqualTo(new Reply.Ok("true", "Webhook was set"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://", "ftp://a.org/", "https://a b/", "https://a.org:0/", "https://a.org:99999/", "?x"})
    void whatIsNoUrlIsRefused(String url) {
        assertThat(refusal("url", url)).isEqualTo("400 Bad Request: invalid webhook URL specified");
    }

    @Test
    void theSecretHasLimits() {
        var url = WebhookScene.URL;
        assertThat(refusal("url", url, "secret_token", "x".repeat(257)))
                .isEqualTo("400 Bad Request: secret token is too long");
        assertThat(refusal("url", url, "secret_token", "a b"))
                .isEqualTo("400 Bad Request: secret token contains unallowed characters");
        scene.seconds(2);
        hook.set("secret_token", "x".repeat(254) + "_-");
    }

    @Test
    void aCertificateHasAtMostThreeMebibytes() {
        var arguments = Arguments.builder().add("url", WebhookScene.URL);
        arguments.add(new Upload("certificate", "cert.pem", "", Blob.of(new byte[(3 << 20) + 1])));
        assertThat(Scene.refusal(Scene.now(scene.send(bot, "setWebhook", arguments.build()))))
                .isEqualTo("400 Bad Request: certificate size is too big (3145729 bytes)");
        scene.seconds(2);
        var right = Arguments.builder().add("url", WebhookScene.URL).add("certificate", "attach://c");
        right.add(new Upload("c", "cert.pem", "", Blob.of(new byte[3 << 20])));
        assertThat(Scene.now(scene.send(bot, "setWebhook", right.build()))).isInstanceOf(Reply.Ok.class);
        assertThat(hook.info().get("has_custom_certificate").asBoolean()).isTrue();
        assertThat(hook.open.values())
                .allSatisfy(connection -> assertThat(connection.certificate()).isNotNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://bot.example.org/      |         | An HTTPS URL must be provided for webhook",
                "https://bot.example.org:8080/|         | Webhook can be set up only on ports 80, 88, 443 or 8443",
                "https://127.0.0.1/           |         | IP address 127.0.0.1 is reserved",
                "https://192.168.7.8:8443/    |         | IP address 192.168.7.8 is reserved",
                "https://bot.example.org/     |10.0.0.1 | IP address 10.0.0.1 is reserved",
                "https://bot.example.org/     |::1      | IPv6-only addresses are not allowed",
                "https://[2001:db8::1]/       |         | IPv6-only addresses are not allowed",
                "https://bot.example.org/     |nonsense | Invalid IP address specified"
            })
    void theHostedServerOnlyGoesWhereItIsSafe(String url, String ipAddress, String why) {
        var address = ipAddress == null ? "" : ipAddress;
        assertThat(refusal(WorldOptions.defaults(), url, address)).isEqualTo("400 Bad Request: bad webhook: " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8080/", "https://[::1]:7/", "127.0.0.1:3000/hook"})
    void aLocalServerGoesAnywhereAndSoDoesOneThatIsToldTo(String url) {
        for (var options : new WorldOptions[] {
            WorldOptions.defaults().withProfile(Profile.LOCAL),
            WorldOptions.defaults().withWebhookTargets(WebhookTargets.ANY)
        }) {
            var other = new WebhookScene(options);
            assertThat(other.scene.call(other.bot, "setWebhook", "url", url))
                    .isEqualTo(new Reply.Ok("true", "Webhook was set"));
        }
    }

    @Test
    void aHostWithoutAnAddressIsRefusedOnceTheNameServerSaysSo() {
        hook.address = "";
        var set = scene.send(bot, "setWebhook", "url", "nowhere.example.org");
        assertThat(set).isNotDone();
        assertThat(hook.lookups).containsValue("nowhere.example.org");
        scene.world.webhooks().unresolved(hook.lookups.keySet().iterator().next(), "Name or service not known");
        assertThat(Scene.refusal(Scene.now(set)))
                .isEqualTo("400 Bad Request: bad webhook: Failed to resolve host: Name or service not known");
        assertThat(hook.info().get("url").asString()).isEmpty();
    }

    @Test
    void aNameThatLeadsIntoAPrivateNetworkIsRefused() {
        hook.address = "10.1.2.3";
        assertThat(refusal("url", WebhookScene.URL))
                .isEqualTo("400 Bad Request: bad webhook: IP address 10.1.2.3 is reserved");
    }

    @Test
    void nothingIsSentToFindOutWhetherAnybodyIsThere() {
        hook.set();
        assertThat(hook.opened).isOne();
        assertThat(hook.posts).isEmpty();
    }

    @Test
    void aMistakeInTheNewOneLeavesNone() {
        hook.set();
        assertThat(refusal("url", "https://")).isEqualTo("400 Bad Request: invalid webhook URL specified");
        assertThat(hook.info().get("url").asString()).isEmpty();
        assertThat(hook.open).isEmpty();
    }

    @Test
    void settingItTwiceWithinASecondIsTooMuch() {
        hook.set();
        scene.advance(Duration.ofMillis(999));
        assertThat(scene.call(bot, "setWebhook", "url", WebhookScene.URL))
                .isEqualTo(new Reply.Failure(429, "Too Many Requests: retry after 1", 1, null));
        assertThat(scene.call(bot, "deleteWebhook")).isInstanceOf(Reply.Ok.class);
        scene.advance(Duration.ofMillis(1));
        hook.set();
    }

    @Test
    void aLaterOneTakesThePlaceOfOneThatIsNotSettled() {
        hook.address = "";
        var first = scene.send(bot, "setWebhook", "url", WebhookScene.URL);
        scene.seconds(1);
        var second = scene.send(bot, "setWebhook", "url", WebhookScene.URL);
        assertThat(Scene.refusal(Scene.now(first))).isEqualTo("409 Conflict: terminated by other setWebhook");
        assertThat(second).isNotDone();
        scene.seconds(1);
        assertThat(scene.call(bot, "deleteWebhook")).isEqualTo(new Reply.Ok("true", "Webhook was deleted"));
        assertThat(second).as("a further conflict within 3 s").isNotDone();
        scene.seconds(3);
        assertThat(Scene.refusal(Scene.now(second))).isEqualTo("409 Conflict: terminated by other setWebhook");
    }

    @Test
    void aWaitingPollEndsAndNewOnesAreRefused() {
        var poll = scene.send(bot, "getUpdates", "timeout", "50");
        hook.set();
        assertThat(Scene.refusal(Scene.now(poll))).isEqualTo("409 Conflict: terminated by setWebhook request");
        scene.seconds(3);
        assertThat(scene.refusal(bot, "getUpdates"))
                .isEqualTo("409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to"
                        + " delete the webhook first");
        var further = scene.send(bot, "getUpdates");
        assertThat(further).isNotDone();
        scene.seconds(3);
        assertThat(further).isDone();
    }

    @Test
    void whatIsPendingSurvivesTheSwitchUnlessItIsDropped() {
        hook.say("polled");
        hook.set();
        assertThat(hook.texts()).containsExactly("polled");
        scene.ok(bot, "deleteWebhook");
        assertThat(scene.updates(bot)).hasSize(1);
        hook.set("drop_pending_updates", "true");
        assertThat(hook.posts).isEmpty();
        assertThat(hook.pending()).isZero();
        hook.say("later");
        scene.ok(bot, "deleteWebhook", "drop_pending_updates", "true");
        assertThat(scene.updates(bot)).isEmpty();
    }

    @Test
    void theInfoHasItsFieldsInTheServersOrder() {
        assertThat(scene.raw(bot, "getWebhookInfo"))
                .isEqualTo("{\"url\":\"\",\"has_custom_certificate\":false,\"pending_update_count\":0}");
        hook.set("allowed_updates", "[\"message\"]", "max_connections", "1000");
        hook.say("x");
        hook.answer(WebhookAnswer.of(500, "Internal Server Error"));
        assertThat(scene.raw(bot, "getWebhookInfo"))
                .isEqualTo("{\"url\":\"" + WebhookScene.URL + "\",\"has_custom_certificate\":false,"
                        + "\"pending_update_count\":1,\"last_error_date\":1767225600,"
                        + "\"last_error_message\":\"Wrong response from the webhook: 500 Internal Server Error\","
                        + "\"max_connections\":100,\"ip_address\":\"8.8.8.8\",\"allowed_updates\":[\"message\"]}");
        scene.ok(bot, "deleteWebhook");
        scene.seconds(2);
        hook.set();
        assertThat(hook.info().has("last_error_date")).isFalse();
    }

    @Test
    void theNumberOfConnectionsIsClamped() {
        hook.set();
        assertThat(hook.info().get("max_connections").asInt()).isEqualTo(40);
        scene.seconds(2);
        hook.set("max_connections", "-3");
        assertThat(hook.info().get("max_connections").asInt()).isOne();
        var local = new WebhookScene(WorldOptions.defaults().withProfile(Profile.LOCAL)).set();
        assertThat(local.info().get("max_connections").asInt()).isEqualTo(100);
        local.scene.seconds(2);
        local.set("max_connections", "1000000");
        assertThat(local.info().get("max_connections").asInt()).isEqualTo(100_000);
    }

    @Test
    void allowedUpdatesAreTakenEvenIfNothingElseChanges() {
        hook.set();
        scene.seconds(2);
        scene.ok(bot, "setWebhook", "url", WebhookScene.URL, "allowed_updates", "[\"channel_post\"]");
        hook.say("lost");
        assertThat(hook.pending()).isZero();
        assertThat(hook.info().get("allowed_updates").toString()).isEqualTo("[\"channel_post\"]");
    }

    @Test
    void revokingLoggingOutAndClosingEndIt() {
        hook.set().works();
        hook.say("closed");
        scene.seconds(600);
        scene.ok(bot, "close");
        assertThat(hook.open).isEmpty();
        hook.say("also");
        scene.seconds(60);
        assertThat(hook.posts).isEmpty();
        scene.ok(bot, "getMe");
        assertThat(hook.posts).hasSize(1);
        assertThat(hook.info().get("url").asString()).isEqualTo(WebhookScene.URL);

        scene.ok(bot, "logOut");
        assertThat(hook.open).isEmpty();
        scene.seconds(600);
        assertThat(scene.raw(bot, "getWebhookInfo"))
                .isEqualTo("{\"url\":\"\",\"has_custom_certificate\":false,\"pending_update_count\":0}");

        hook.set();
        assertThat(hook.open).hasSize(1);
        scene.world.revoke(bot.token());
        assertThat(hook.open).isEmpty();
    }

    @Test
    void withoutACarrierUpdatesWait() {
        var alone = new Scene();
        var bot = alone.world.addBot("lonely_bot");
        assertThat(alone.call(bot, "setWebhook", "url", WebhookScene.URL))
                .isEqualTo(new Reply.Ok("true", "Webhook was set"));
        alone.world.people().say(alone.world.addUser("Ann", null).id(), bot.id(), Outgoing.text("x"));
        assertThat(alone.ok(bot, "getWebhookInfo").get("ip_address").asString()).isEqualTo("<unknown>");
        assertThat(alone.ok(bot, "getWebhookInfo").get("pending_update_count").asInt())
                .isOne();
    }
}
