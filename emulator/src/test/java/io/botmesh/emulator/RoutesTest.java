package io.botmesh.emulator;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.world.BotSettings;
import io.botmesh.world.Business;
import io.botmesh.world.Buttons;
import io.botmesh.world.Calls;
import io.botmesh.world.ChatSettings;
import io.botmesh.world.Chats;
import io.botmesh.world.Faults;
import io.botmesh.world.Forums;
import io.botmesh.world.InlineMode;
import io.botmesh.world.Memberships;
import io.botmesh.world.Opinions;
import io.botmesh.world.Payments;
import io.botmesh.world.People;
import io.botmesh.world.Screen;
import io.botmesh.world.VirtualClock;
import io.botmesh.world.World;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What the routes of the control API do, and that there is one for everything that Java code can do. */
@Timeout(300)
class RoutesTest {
    /** How the world's public methods are reached, by class and name; "-" for what is none of an act or a look. */
    private static final Map<String, String> WAYS = Map.ofEntries(
            entry("World.addBot", "POST /control/bots"),
            entry("World.addUser", "POST /control/users"),
            entry("World.addChannel", "POST /control/channels"),
            entry("World.addGroup", "POST /control/groups"),
            entry("World.privacy", "POST /control/bot-settings"),
            entry("World.jumpUpdateId", "POST /control/updates"),
            entry("World.limits", "POST /control/limits"),
            entry("World.limitsJson", "GET /control/limits"),
            entry("World.revoke", "POST /control/tokens"),
            entry("World.stateJson", "GET /control/state"),
            entry("World.traffic", "GET /control/state"),
            entry("World.watch", "GET /control/events"),
            entry("World.watchEverything", "GET /control/events"),
            entry("World.content", "GET /control/files"),
            entry("World.now", "GET /control/server"),
            entry("World.options", "GET /control/server"),
            entry("People.say", "POST /control/messages"),
            entry("People.edit", "POST /control/edits"),
            entry("People.press", "POST /control/callbacks"),
            entry("People.transcriptJson", "GET /control/messages"),
            entry("Opinions.vote", "POST /control/votes"),
            entry("Opinions.stop", "POST /control/poll-ends"),
            entry("Opinions.addOption", "POST /control/poll-options"),
            entry("Opinions.react", "POST /control/reactions"),
            entry("Opinions.reactions", "GET /control/reactions"),
            entry("Buttons.press", "POST /control/callbacks"),
            entry("Buttons.answer", "GET /control/callbacks"),
            entry("Buttons.follow", "GET /control/buttons"),
            entry("Buttons.keyboard", "GET /control/keys"),
            entry("Buttons.tap", "POST /control/keys"),
            entry("Buttons.shareContact", "POST /control/keys"),
            entry("Buttons.shareLocation", "POST /control/keys"),
            entry("Buttons.sharePoll", "POST /control/keys"),
            entry("Buttons.shareUsers", "POST /control/keys"),
            entry("Buttons.shareChat", "POST /control/keys"),
            entry("Buttons.sendWebAppData", "POST /control/keys"),
            entry("Chats.join", "POST /control/members"),
            entry("Chats.promote", "POST /control/members"),
            entry("Chats.demote", "POST /control/members"),
            entry("Chats.has", "GET /control/chats"),
            entry("Chats.kick", "POST /control/members"),
            entry("BotSettings.commands", "GET /control/bot-settings"),
            entry("BotSettings.menuButton", "GET /control/bot-settings"),
            entry("BotSettings.photo", "POST /control/photos"),
            entry("BotSettings.*", "POST /control/bot-settings"),
            entry("Faults.add", "POST /control/faults"),
            entry("Faults.remove", "DELETE /control/faults"),
            entry("Faults.clear", "DELETE /control/faults"),
            entry("Faults.report", "GET /control/faults"),
            entry("Calls.list", "GET /control/calls"),
            entry("Calls.listJson", "GET /control/calls"),
            entry("Calls.last", "GET /control/calls"),
            entry("Calls.clear", "DELETE /control/calls"),
            entry("Screen.chatsJson", "GET /control/chats"),
            entry("Screen.chatJson", "GET /control/chat"),
            entry("Screen.file", "GET /control/files"),
            entry("World.addBasicGroup", "POST /control/groups"),
            entry("World.addForum", "POST /control/groups"),
            entry("People.replace", "POST /control/replacements"),
            entry("People.move", "POST /control/locations"),
            entry("People.stopMoving", "POST /control/locations"),
            entry("Chats.ban", "POST /control/members"),
            entry("Chats.unban", "POST /control/members"),
            entry("Chats.restrict", "POST /control/members"),
            entry("Chats.upgrade", "POST /control/upgrades"),
            entry("ChatSettings.title", "POST /control/titles"),
            entry("ChatSettings.*", "POST /control/chat-settings"),
            entry("Memberships.newLink", "POST /control/links"),
            entry("Memberships.join", "POST /control/visits"),
            entry("Memberships.invite", "POST /control/visits"),
            entry("Memberships.ask", "POST /control/join-requests"),
            entry("Memberships.decide", "POST /control/join-requests"),
            entry("Memberships.leave", "POST /control/members"),
            entry("Memberships.block", "POST /control/blocks"),
            entry("Memberships.unblock", "POST /control/blocks"),
            entry("Memberships.deactivate", "POST /control/deactivations"),
            entry("Memberships.boost", "POST /control/boosts"),
            entry("Memberships.endBoost", "DELETE /control/boosts"),
            entry("Forums.*", "POST /control/topics"),
            entry("InlineMode.ask", "POST /control/inline"),
            entry("InlineMode.offer", "GET /control/inline"),
            entry("InlineMode.choose", "POST /control/inline-choices"),
            entry("InlineMode.openWebApp", "POST /control/web-apps"),
            entry("InlineMode.sendPrepared", "POST /control/prepared"),
            entry("InlineMode.callGuest", "POST /control/guests"),
            entry("Payments.begin", "POST /control/payments"),
            entry("Payments.beginLink", "POST /control/payments"),
            entry("Payments.status", "GET /control/payments"),
            entry("Payments.cancelSubscription", "POST /control/subscriptions"),
            entry("Payments.grantStars", "POST /control/stars"),
            entry("Payments.*", "POST /control/payment-steps"),
            entry("People.decide", "POST /control/suggestions"),
            entry("People.sayAlbum", "POST /control/albums"),
            entry("Buttons.shareManagedBot", "POST /control/keys"),
            entry("Business.connect", "POST /control/business"),
            entry("Business.enable", "POST /control/business-connections"),
            entry("Business.receive", "POST /control/business-messages"),
            entry("Business.write", "POST /control/business-messages"),
            entry("Business.edit", "POST /control/business-messages"),
            entry("Business.tick", "POST /control/checklists"),
            entry("Business.addTasks", "POST /control/checklists"),
            entry("Business.delete", "POST /control/business-deletions"),
            entry("Business.transcriptJson", "GET /control/business-messages"),
            entry("Business.storiesJson", "GET /control/business-stories"),
            entry("People.suggest", "POST /control/messages"),
            entry("ChatSettings.directMessages", "POST /control/direct-messages"),
            entry("BotSettings.managedBot", "POST /control/managed-bots"),
            entry("BotSettings.personalChannel", "POST /control/profiles"),
            entry("BotSettings.allowEmojiStatus", "POST /control/profiles"),
            entry("BotSettings.emojiStatus", "GET /control/profiles"),
            entry("BotSettings.verification", "GET /control/profiles"),
            entry("People.buy", "POST /control/purchases"),
            entry("World.call", "-"), // the Bot API itself, and what makes the world run
            entry("World.file", "-"),
            entry("World.tick", "-"),
            entry("World.next", "-"),
            entry("World.onEarlierDeadline", "-"),
            entry("World.record", "-"),
            entry("World.repeat", "-"),
            entry("World.repeatJump", "-"),
            entry("World.repeatRevocation", "-"),
            entry("World.together", "-"));

    @TempDir
    Path folder;

    private Emulator emulator = Emulator.start(
            EmulatorOptions.defaults().withClock(new VirtualClock(Instant.parse("2026-03-01T12:00:00Z"))));
    private Door door = Door.of(emulator);

    @AfterEach
    void close() {
        emulator.close();
    }

    private record Made(long id, String token) {}

    private Made bot(String username) throws IOException {
        var made = door.post("bots", "{\"username\":\"" + username + "\"}");
        return new Made(made.get("id").longValue(), made.get("token").stringValue());
    }

    private long person(String firstName) throws IOException {
        return door.post("users", "{\"first_name\":\"" + firstName + "\"}")
                .get("id")
                .longValue();
    }

    private JsonNode say(long from, long chat, String text) throws IOException {
        return door.post("messages", "{\"from\":" + from + ",\"chat\":" + chat + ",\"text\":\"" + text + "\"}");
    }

    @Test
    void everythingThatJavaCodeCanDoHasARoute() {
        var routes = new TreeSet<String>();
        for (var route : emulator.controls().listed()) routes.add(route.verb() + " " + route.path());
        var missing = new ArrayList<String>();
        for (var type : List.of(
                World.class,
                People.class,
                Opinions.class,
                Buttons.class,
                Business.class,
                Chats.class,
                ChatSettings.class,
                Memberships.class,
                Forums.class,
                InlineMode.class,
                Payments.class,
                BotSettings.class,
                Faults.class,
                Calls.class,
                Screen.class)) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> Modifier.isPublic(method.getModifiers()))
                    .filter(method -> !leadsOn(method))
                    .map(Method::getName)
                    .distinct()
                    .forEach(name -> {
                        var way = WAYS.getOrDefault(
                                type.getSimpleName() + "." + name,
                                WAYS.getOrDefault(type.getSimpleName() + ".*", "none"));
                        if (!way.equals("-") && !routes.contains(way)) {
                            missing.add(type.getSimpleName() + "." + name + ": " + way);
                        }
                    });
        }
        assertThat(missing)
                .as("public methods of the world that no route reaches")
                .isEmpty();
    }

    /** To others of these classes. */
    private static boolean leadsOn(Method method) {
        return method.getParameterCount() == 0
                && method.getReturnType().getName().startsWith("io.botmesh.world.")
                && !method.getReturnType().isRecord();
    }

    @Test
    void everySwitchOfABotIsAFieldOfANewOneToo() throws IOException {
        var made = door.post(
                "bots",
                "{\"username\":\"inline_bot\",\"inline\":true,\"guest\":true,\"privacy\":false,\"business\":true}");
        var me = door.result(made.get("token").stringValue(), "getMe");
        assertThat(me.get("supports_inline_queries").booleanValue()).isTrue();
        assertThat(me.get("supports_guest_queries").booleanValue()).isTrue();
        assertThat(me.get("can_read_all_group_messages").booleanValue()).isTrue();
        assertThat(me.get("can_connect_to_business").booleanValue()).isTrue();
        door.post("bot-settings", "{\"bot\":" + made.get("id") + ",\"inline\":false}");
        me = door.result(made.get("token").stringValue(), "getMe");
        assertThat(me.get("supports_inline_queries").booleanValue()).isFalse();
        assertThat(me.get("supports_guest_queries").booleanValue()).isTrue();
    }

    @Test
    void aBotOfTheTestServersIsFoundOnlyThere() throws IOException {
        var made = door.post("bots", "{\"username\":\"trial_bot\",\"test_server\":true}");
        var token = made.get("token").stringValue();
        assertThat(door.call(token, "test/getMe")).contains("\"username\":\"trial_bot\"");
        assertThat(door.call(token, "getMe")).contains("\"error_code\":401");
        var other = bot("real_bot");
        assertThat(door.call(other.token, "test/getMe")).contains("\"error_code\":401");
        assertThat(door.call(other.token, "getMe")).contains("\"ok\":true");
        var channel = door.post("channels", "{\"title\":\"Files\",\"admins\":[{\"bot\":" + made.get("id") + "}]}")
                .get("chat_id");
        var file = door.upload(token + "/test", channel.longValue(), "a.txt", "hello");
        var path = door.result(
                        token,
                        "test/getFile?file_id=" + file.at("/document/file_id").stringValue())
                .get("file_path")
                .stringValue();
        assertThat(door.download("/file/bot" + token + "/test/" + path).body()).isEqualTo("hello");
        assertThat(door.download("/file/bot" + token + "/" + path).status()).isEqualTo(404);
    }

    @Test
    void aPersonHasALastNameAndALanguage() throws IOException {
        var bot = bot("echo_bot");
        var ann = door.post(
                        "users",
                        "{\"first_name\":\"Ann\",\"last_name\":\"Lee\",\"language_code\":\"tr\",\"username\":\"ann\"}")
                .get("id")
                .longValue();
        say(ann, bot.id, "hi");
        var from = door.result(bot.token, "getUpdates").at("/0/message/from");
        assertThat(from.get("last_name").stringValue()).isEqualTo("Lee");
        assertThat(from.get("language_code").stringValue()).isEqualTo("tr");
    }

    @Test
    void whatTheBotAnswersToAPressedButtonCanBeRead() throws IOException {
        var bot = bot("menu_bot");
        var ann = person("Ann");
        say(ann, bot.id, "/start");
        var message = door.result(
                bot.token,
                "sendMessage?text=choose&chat_id=" + ann
                        + "&reply_markup=%7B%22inline_keyboard%22:[[%7B%22text%22:%22Yes%22,%22callback_data%22:%22y%22%7D,"
                        + "%7B%22text%22:%22Open%22,%22url%22:%22https://page.example/%22%7D]]%7D");
        var id = message.get("message_id");
        var pressed = door.post(
                        "callbacks",
                        "{\"from\":" + ann + ",\"chat\":" + bot.id + ",\"message_id\":" + id + ",\"data\":\"y\"}")
                .get("id")
                .stringValue();
        assertThat(door.get("callbacks?id=" + pressed).get("answered").booleanValue())
                .isFalse();
        door.result(bot.token, "answerCallbackQuery?show_alert=true&text=done&callback_query_id=" + pressed);
        var answer = door.get("callbacks?id=" + pressed);
        assertThat(answer.get("text").stringValue()).isEqualTo("done");
        assertThat(answer.get("show_alert").booleanValue()).isTrue();
        assertThat(door.get("buttons?button=Open&user=" + ann + "&chat=" + bot.id + "&message_id=" + id)
                        .get("value")
                        .stringValue())
                .isEqualTo("https://page.example/");
    }

    @Test
    void aPaymentGoesOnByItsIdWhichIsTextForJavaScriptRoundsSuchNumbers() throws IOException {
        var bot = bot("shop_bot");
        var ann = person("Ann");
        say(ann, bot.id, "/start");
        var invoice = door.result(
                        bot.token,
                        "sendInvoice?title=Tea&description=Hot&payload=p&currency=XTR&chat_id=" + ann
                                + "&prices=[%7B%22label%22:%22Tea%22,%22amount%22:5%7D]")
                .get("message_id");
        var payment = door.post(
                        "payments", "{\"user\":" + ann + ",\"chat\":" + bot.id + ",\"message_id\":" + invoice + "}")
                .get("payment")
                .stringValue();
        door.post("payment-steps", "{\"payment\":\"" + payment + "\"}");
        var query = door.result(bot.token, "getUpdates?offset=-1")
                .at("/0/pre_checkout_query/id")
                .stringValue();
        door.result(bot.token, "answerPreCheckoutQuery?ok=true&pre_checkout_query_id=" + query);
        assertThat(door.get("payments?payment=" + payment).get("charge_id").stringValue())
                .isEqualTo(door.result(bot.token, "getUpdates?offset=-1")
                        .at("/0/message/successful_payment/telegram_payment_charge_id")
                        .stringValue())
                .isNotEmpty();
        for (var unknown : List.of("1", "", "x"))
            assertThat(door.tryGet("payments?payment=" + unknown).body())
                    .isEqualTo("{\"ok\":false,\"error\":\"no payment " + unknown + "\"}");
    }

    @Test
    void whoPaysTellsWhatIsAskedForAndAddsATip() throws IOException {
        var bot = bot("shop_bot");
        var ann = person("Ann");
        say(ann, bot.id, "/start");
        var invoice = door.result(
                        bot.token,
                        "sendInvoice?title=Tea&description=Hot&payload=p&currency=EUR&provider_token=p&need_name=1"
                                + "&max_tip_amount=10&chat_id=" + ann
                                + "&prices=[%7B%22label%22:%22Tea%22,%22amount%22:5%7D]")
                .get("message_id");
        var payment = door.post(
                        "payments", "{\"user\":" + ann + ",\"chat\":" + bot.id + ",\"message_id\":" + invoice + "}")
                .get("payment");
        assertThat(door.get("payments?payment=" + payment.stringValue())
                        .at("/asks/0")
                        .stringValue())
                .isEqualTo("name");
        door.post("payment-steps", "{\"payment\":" + payment + ",\"who\":{\"name\":\"Ann\"}}");
        door.post("payment-steps", "{\"payment\":" + payment + ",\"tip\":10}");
        door.post("payment-steps", "{\"payment\":" + payment + "}");
        var query = door.result(bot.token, "getUpdates?offset=-1").at("/0/pre_checkout_query");
        assertThat(query.at("/order_info/name").stringValue()).isEqualTo("Ann");
        assertThat(query.at("/total_amount").intValue()).isEqualTo(15);
    }

    @Test
    void aChecklistIsTickedOffAndASuggestionDecidedOn() throws IOException {
        var bot = door.post("bots", "{\"username\":\"list_bot\",\"business\":true}");
        var token = bot.get("token").stringValue();
        var ann = person("Ann");
        var bob = person("Bob");
        var connection = door.post("business", "{\"user\":" + ann + ",\"bot\":" + bot.get("id") + ",\"rights\":[]}")
                .get("connection");
        var with = "{\"connection\":" + connection + ",\"other\":" + bob;
        door.post("business-messages", with + ",\"text\":\"what is left?\"}");
        var list = door.result(
                        token,
                        "sendChecklist?business_connection_id=" + connection.stringValue() + "&chat_id=" + bob
                                + "&checklist=%7B%22title%22:%22t%22,%22tasks%22:[%7B%22id%22:1,%22text%22:%22a%22%7D]%7D")
                .get("message_id");
        door.post("checklists", with + ",\"message_id\":" + list + ",\"own\":true,\"done\":[1]}");
        door.post("checklists", with + ",\"message_id\":" + list + ",\"own\":true,\"add\":[\"b\"]}");
        assertThat(door.result(token, "getUpdates?offset=-1")
                        .at("/0/business_message/checklist_tasks_added/tasks/0/id")
                        .intValue())
                .isEqualTo(2);

        var channel = door.post("channels", "{\"title\":\"c\",\"admins\":[{\"bot\":" + bot.get("id") + "}]}")
                .get("chat_id");
        var direct = door.post("direct-messages", "{\"chat\":" + channel + "}").get("chat_id");
        door.post("messages", "{\"from\":" + bob + ",\"chat\":" + direct + ",\"text\":\"hi\"}");
        var offer = door.result(
                        token,
                        "sendMessage?text=post&suggested_post_parameters=%7B%7D&chat_id=" + direct
                                + "&direct_messages_topic_id=" + bob)
                .get("message_id");
        door.post(
                "suggestions",
                "{\"from\":" + bob + ",\"chat\":" + direct + ",\"message_id\":" + offer
                        + ",\"approved\":false,\"comment\":\"no\"}");
        assertThat(door.result(token, "getUpdates?offset=-1")
                        .at("/0/message/suggested_post_declined/comment")
                        .stringValue())
                .isEqualTo("no");
    }

    @Test
    void aKeySendsItsTextOrWhatItAsksFor() throws IOException {
        var bot = bot("keys_bot");
        var ann = person("Ann");
        say(ann, bot.id, "/start");
        door.result(
                bot.token,
                "sendMessage?text=choose&chat_id=" + ann
                        + "&reply_markup=%7B%22keyboard%22:[[%7B%22text%22:%22Yes%22%7D,"
                        + "%7B%22text%22:%22Phone%22,%22request_contact%22:true%7D,"
                        + "%7B%22text%22:%22Ask%22,%22request_poll%22:%7B%7D%7D]]%7D");
        var who = "{\"user\":" + ann + ",\"chat\":" + bot.id + ",";
        assertThat(door.get("keys?user=" + ann + "&chat=" + bot.id).toString()).contains("request_contact");
        assertThat(door.post("keys", who + "\"key\":\"Yes\"}").get("text").stringValue())
                .isEqualTo("Yes");
        assertThat(door.post("keys", who + "\"key\":\"Phone\",\"phone_number\":\"+100\"}")
                        .at("/contact/phone_number")
                        .stringValue())
                .isEqualTo("+100");
        var asked = door.post(
                "keys", who + "\"key\":\"Ask\",\"poll\":{\"question\":\"?\",\"options\":[\"a\",\"b\"],\"correct\":0}}");
        assertThat(asked.at("/poll/type").stringValue()).isEqualTo("quiz");
        var own = "{\"from\":" + ann + ",\"chat\":" + bot.id + ",\"message_id\":" + asked.get("message_id") + "}";
        assertThat(door.post("poll-ends", own).get("is_closed").booleanValue()).isTrue();
        var said = "{\"from\":" + ann + ",\"chat\":" + bot.id
                + ",\"poll\":{\"question\":\"?\",\"options\":[\"a\",\"b\"]," + "\"anonymous\":false}}";
        assertThat(door.post("messages", said).at("/poll/is_anonymous").booleanValue())
                .isFalse();
        assertThat(door.tryPost("keys", who + "\"key\":\"No\"}").body()).contains("no key");
        assertThat(door.tryPost("keys", who + "\"key\":\"Phone\",\"phone_number\":\"1\",\"users\":[1]}")
                        .body())
                .contains("a key shares one thing");
    }

    @Test
    void limitsCanHaveNumbersOfTheirOwn() throws IOException {
        var bot = bot("writer_bot");
        var channel = door.post("channels", "{\"title\":\"News\",\"admins\":[{\"bot\":" + bot.id + "}]}")
                .get("chat_id");
        door.post("limits", "{\"channel\":{\"messages\":2,\"span\":\"PT30S\"}}");
        for (int i = 0; i < 2; i++) door.result(bot.token, "sendMessage?text=a&chat_id=" + channel);
        assertThat(door.call(bot.token, "sendMessage?text=a&chat_id=" + channel))
                .contains("\"retry_after\":30");
        assertThat(door.tryPost("limits", "{}").body()).contains("\"error\":\"\\\"profile\\\" is missing");
        assertThat(door.tryPost("limits", "{\"chat\":{\"messages\":0,\"per\":\"PT1S\"}}")
                        .body())
                .contains("\\\"messages\\\" is a number from 1");
        assertThat(door.tryPost("limits", "{\"chat\":{\"messages\":1,\"per\":\"PT0S\"}}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatABotDoesCanBeAwaited() throws Exception {
        var bot = bot("echo_bot");
        assertThat(door.get("calls?wait=0").size()).isZero();
        var waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return door.get("calls?wait=30&method=getme&after=0");
            } catch (IOException broken) {
                throw new IllegalStateException(broken);
            }
        });
        door.call(bot.token, "getMyCommands");
        door.call(bot.token, "getMe");
        var calls = waiting.get();
        assertThat(calls.size()).isEqualTo(1);
        assertThat(calls.at("/0/method").stringValue()).isEqualTo("getMe");
        door.delete("calls");
        assertThat(door.get("calls").size()).isZero();
    }

    @Test
    void whoeverWaitsForACallIsLetGoWhenTheEmulatorCloses() throws Exception {
        try (var http = RawHttp.to(emulator.control())) {
            http.send("GET /control/calls?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            emulator.close();
        }
    }

    @Test
    void aRevokedTokenLetsNobodyIn() throws IOException {
        var bot = bot("gone_bot");
        door.post("tokens", "{\"token\":\"" + bot.token + "\"}");
        assertThat(door.call(bot.token, "getMe")).contains("\"error_code\":401");
    }

    /** A look that would leave something behind is refused there. */
    @Test
    void everyLookWorksOnAWorldThatIsKept() throws IOException {
        emulator.close();
        emulator = Emulator.start(EmulatorOptions.defaults().withState(folder.resolve("state.db")));
        door = Door.of(emulator);
        var bot = bot("echo_bot");
        var ann = person("Ann");
        say(ann, bot.id, "hello");
        var values = Map.<String, Object>of(
                "user",
                ann,
                "bot",
                bot.id,
                "chat",
                bot.id,
                "message_id",
                1,
                "most",
                9,
                "id",
                "1",
                "button",
                "x",
                "payment",
                1,
                "connection",
                "x",
                "other",
                ann);
        var refused = new ArrayList<String>();
        for (var route : emulator.controls().listed()) {
            if (!route.verb().equals("GET") || route.page() != null) continue;
            var query = new StringBuilder();
            for (var field : route.fields().list()) {
                if (field.required())
                    query.append(query.isEmpty() ? '?' : '&')
                            .append(field.name())
                            .append('=')
                            .append(values.get(field.name()));
            }
            var answer = door.tryGet(route.path().substring("/control/".length()) + query);
            if (answer.body().contains("state file")) refused.add(route.path());
            assertThat(answer.status()).as(route.path() + answer.body()).isIn(200, 400);
        }
        assertThat(refused).isEmpty();
    }
}
